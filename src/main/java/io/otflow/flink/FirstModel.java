package io.otflow.flink;

import io.otflow.codec.SnapshotCodec;
import io.otflow.engine.Engines;
import io.otflow.model.ModelSnapshot;
import io.otflow.train.ModelFitter;
import io.otflow.train.TrainingConfig;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import java.io.IOException;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first model of a job that has none, fitted before the job starts to the newest events that
 * its topic holds: then the first event is scored at once, whatever the length of a window.
 */
public final class FirstModel {

  /** Fewest events that it is fitted to; with fewer the first window makes it. */
  public static final int FEWEST_EVENTS = 1000;

  /** Part of a training's iterations that it takes: the first windows go on from there. */
  private static final int QUICKER = 4;

  private static final Logger LOGGER = LoggerFactory.getLogger(FirstModel.class);

  private FirstModel() {}

  /**
   * Most iterations that it takes.
   *
   * @param usual how the job trains
   * @return their number, at least 1
   */
  public static int iterations(TrainingConfig usual) {
    return Math.max(1, usual.iterations() / QUICKER);
  }

  /**
   * Fits it.
   *
   * @param client properties of Kafka's clients
   * @param config the job, without a model
   * @param newest most events of each partition that it is fitted to; 0: there is to be none
   * @param listener follows the training
   * @return the job with the model to start with, or as it was where the topic holds too few events
   * @throws IOException if the topic cannot be read
   */
  public static JobConfig fit(
      Properties client, JobConfig config, long newest, TrainingListener listener)
      throws IOException {
    if (newest == 0) {
      return config;
    }
    if (!Engines.vectors()) {
      LOGGER.warn(
          "no first model is fitted to what the topic holds, the first window makes it: the Java that"
              + " submits the job was started without --add-modules jdk.incubator.vector");
      return config;
    }
    String topic = config.kafka().topics().features();
    EventHistory history = EventHistory.read(client, topic, config.source().input(), newest);
    JobConfig.Training training = config.training();
    TrainingData rows =
        history.rows(
            training.sampling().seed(),
            config.source().input().featureNames(),
            System.currentTimeMillis());
    if (rows.rows() < FEWEST_EVENTS) {
      LOGGER.info(
          "topic '{}' holds {} events that a model can be fitted to, fewer than {}: the first window"
              + " makes the first model",
          topic,
          rows.rows(),
          FEWEST_EVENTS);
      return config;
    }
    TrainingConfig usual = training.config();
    try {
      ModelSnapshot model =
          new ModelFitter(
                  usual
                      .withIterations(iterations(usual))
                      .withSeed(Hashing.mix(usual.seed(), 1))
                      .withThreads(Runtime.getRuntime().availableProcessors()))
              .fit(rows, Optional.empty(), 1, listener);
      FlowTrainer.report(model, rows);
      return config.startingWith(SnapshotCodec.toBytes(model, config.keys().signing()));
    } catch (TrainingException e) {
      LOGGER.warn(
          "no model could be fitted to what topic '{}' holds, the first window makes the first: {}",
          topic,
          e.getMessage());
      return config;
    }
  }
}
