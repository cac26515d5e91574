package io.otflow.flink;

import io.otflow.avro.FeatureVector;
import io.otflow.codec.SingleObject;
import io.otflow.codec.SnapshotCodec;
import io.otflow.detect.Calibrator;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.engine.PipelinedEngine;
import io.otflow.model.Architecture;
import io.otflow.model.FeatureScaling;
import io.otflow.model.ModelSnapshot;
import io.otflow.model.Parameters;
import io.otflow.model.Provenance;
import io.otflow.train.Candidate;
import io.otflow.train.TrainingData;
import io.otflow.train.TrainingException;
import io.otflow.train.TrainingListener;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Hand-written stand-ins for the engine and the training, quick and predictable. */
final class Fakes {

  private Fakes() {}

  /** Like {@link SumEngine}, with two batches under way, and keeping to the order of the calls. */
  static final class PipelinedSumEngine implements PipelinedEngine {
    private final SumEngine sum = new SumEngine();
    private final Deque<double[]> results = new ArrayDeque<>();
    private boolean closed;

    @Override
    public String name() {
      return "pipelined-sum";
    }

    @Override
    public Optional<PipelinedEngine> pipelined() {
      return Optional.of(this);
    }

    @Override
    public void load(ModelSnapshot next) {
      require(results.isEmpty(), "a model while batches are under way");
      sum.load(next);
    }

    @Override
    public int depth() {
      return 2;
    }

    @Override
    public int underWay() {
      return results.size();
    }

    @Override
    public void begin(double[] x, int rows) {
      require(results.size() < depth(), "more batches than there may be");
      double[] logLikelihood = new double[rows];
      sum.score(x, rows, logLikelihood, new double[rows]);
      results.add(logLikelihood);
    }

    @Override
    public void end(double[] logLikelihood, double[] errorEstimate) {
      require(!results.isEmpty(), "the end of no batch");
      double[] result = results.remove();
      System.arraycopy(result, 0, logLikelihood, 0, result.length);
      Arrays.fill(errorEstimate, 0, result.length, Double.NaN);
    }

    @Override
    public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
      begin(x, rows);
      end(logLikelihood, errorEstimate);
    }

    private void require(boolean holds, String what) {
      if (!holds || closed) {
        throw new IllegalStateException(closed ? "a call after the end" : what);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Log-likelihood of a row: minus the sum of its absolute features. */
  static final class SumEngine implements LikelihoodEngine {
    private ModelSnapshot model;

    @Override
    public String name() {
      return "sum";
    }

    @Override
    public void load(ModelSnapshot next) {
      model = next;
    }

    @Override
    public void score(double[] x, int rows, double[] logLikelihood, double[] errorEstimate) {
      int d = model.d();
      for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int k = 0; k < d; k++) {
          sum += Math.abs(x[i * d + k]);
        }
        logLikelihood[i] = -sum;
        errorEstimate[i] = Double.NaN;
      }
    }

    @Override
    public void close() {
      model = null;
    }
  }

  /** A model of zero weights whose threshold is -100. */
  static ModelSnapshot model(long version, int d) {
    return model(version, d, Provenance.imported(1000 * version, "fake"));
  }

  static ModelSnapshot model(long version, int d, Provenance provenance) {
    Architecture architecture = Architecture.of(d, 1, 2);
    double[] calibration = IntStream.rangeClosed(1, 100).mapToDouble(i -> -i).toArray();
    return new ModelSnapshot(
        version,
        IntStream.range(0, d).mapToObj(k -> "f" + k).toList(),
        new Parameters(architecture, new float[architecture.layout().size()]),
        FeatureScaling.identity(d),
        1,
        Optional.of(Calibrator.calibrate(calibration, d, 0.001)),
        provenance);
  }

  static byte[] modelBytes(long version, int d) {
    return SnapshotCodec.toBytes(model(version, d));
  }

  /**
   * Trains at once; the model depends on all the arguments, so that equal models mean equal ones.
   */
  static Candidate train(
      TrainingData data,
      Optional<ModelSnapshot> parent,
      int refusals,
      long version,
      long seed,
      boolean urgent,
      TrainingListener listener)
      throws TrainingException {
    if (data.rows() < 4) {
      throw new TrainingException("only " + data.rows() + " rows");
    }
    Provenance provenance =
        new Provenance(
            Provenance.Origin.WINDOW,
            data.createdAtMillis(),
            parent.isPresent() ? OptionalLong.of(parent.get().version()) : OptionalLong.empty(),
            data.windowStartMillis(),
            data.windowEndMillis(),
            data.eventsSeen(),
            data.rows(),
            0,
            1,
            Arrays.stream(data.x()).sum(),
            Arrays.hashCode(data.x()),
            seed,
            "",
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    return Candidate.first(model(version, data.x().length / data.rows(), provenance));
  }

  /** An event as it is read: e{offset}, of that event time, at that offset. */
  static FeatureEvent event(int offset, double... features) {
    List<Double> values = new ArrayList<>();
    for (double feature : features) {
      values.add(feature);
    }
    FeatureVector vector =
        new FeatureVector("e" + offset, null, Instant.ofEpochMilli(offset), values);
    return FeatureEvent.of("features", 0, offset, 0, null, SingleObject.encode(vector));
  }

  static List<String> ids(List<ScoredEvent> events) {
    return events.stream().map(e -> e.id).toList();
  }
}
