package io.otflow.flink;

import io.otflow.model.ModelSnapshot;
import io.otflow.train.Candidate;
import io.otflow.train.CandidateGate;
import io.otflow.train.ModelFitter;
import io.otflow.train.Pace;
import io.otflow.train.RowRemarks;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training of the job: {@link ModelFitter} with the seed that it is given, and a gate.
 *
 * @param config how a model is trained
 * @param gate decides whether it may serve
 * @param pace when it rests; the first one never does, for nothing is scored before its model, nor
 *     does an urgent one
 * @param featureNames names of the features in a first model, where the input has some; else empty
 */
record FlowTrainer(TrainingConfig config, CandidateGate gate, Pace pace, List<String> featureNames)
    implements SnapshotTrainer {

  private static final Logger LOGGER = LoggerFactory.getLogger(FlowTrainer.class);

  @Override
  public Candidate train(
      TrainingData data,
      Optional<ModelSnapshot> parent,
      int refusals,
      long version,
      long seed,
      boolean urgent,
      TrainingListener listener)
      throws TrainingException {
    TrainingConfig seeded = config.withSeed(seed);
    if (parent.isPresent()) {
      return new ModelFitter(seeded, urgent ? Pace.FULL : pace)
          .challenge(data, parent.get(), refusals, version, listener, gate);
    }
    TrainingData rows = named(data);
    ModelSnapshot first = new ModelFitter(seeded).fit(rows, parent, version, listener);
    report(first, rows);
    return Candidate.first(first);
  }

  /** Tells what should be known of the rows of a first model. */
  static void report(ModelSnapshot first, TrainingData rows) {
    RowRemarks remarks = RowRemarks.of(first, rows);
    if (!remarks.constants().isEmpty()) {
      LOGGER.warn(
          "constant in the rows of the first model, so that nothing is learned of their range: {}",
          String.join(", ", remarks.constants()));
    }
    remarks.followers().forEach(one -> LOGGER.warn("{}", one));
    remarks.sentinels().forEach(one -> LOGGER.warn("{}", one));
  }

  private TrainingData named(TrainingData data) {
    return featureNames.size() == data.featureNames().size() ? data.named(featureNames) : data;
  }
}
