package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.flink.JobConfig;
import io.otflow.flink.SampleSettings;
import io.otflow.train.CandidateGate;
import io.otflow.train.Pace;
import io.otflow.train.TrainingConfig;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the job trains on, and how. */
@Heading("Training")
final class JobTrainOptions {

  private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);

  /** One thread: the other cores are the scorers'. */
  @Mixin private TrainingOptions training = new TrainingOptions(1);

  @Option(
      names = "--train-window",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Event time between trainings (default: 10min).")
  private Duration window;

  @Option(
      names = "--train-every",
      paramLabel = "N",
      description =
          "Events between trainings, instead of --train-window; counted by each subtask, its share"
              + " rounded up.")
  private Long every;

  @Option(
      names = "--train-sample",
      paramLabel = "N",
      description =
          "Most events of a window that are trained on or held out, a uniform sample (default:"
              + " ${DEFAULT-VALUE}).")
  private int sample = 4096;

  @Option(
      names = "--calibration-sample",
      paramLabel = "N",
      description =
          "Most events of a window that calibrate, a uniform sample beside that which is trained on:"
              + " 50,000 show rates down to about 2e-6 (default: ${DEFAULT-VALUE}).")
  private int calibrationSample = SampleSettings.DEFAULT_CALIBRATION_ROWS;

  @Option(
      names = "--history",
      paramLabel = "N",
      description =
          "Newest events of each partition that the first model of a job without one is fitted to"
              + " before it starts; 0: the first window makes it, as where the topic holds fewer"
              + " than 1000 (default: as many as are trained on and calibrate).")
  private Long history;

  @Option(
      names = "--train-steps",
      paramLabel = "N",
      description = "Runge-Kutta steps while training (default: ${DEFAULT-VALUE}).")
  private int steps = TrainingConfig.DEFAULTS.steps();

  @Option(
      names = "--train-batch-size",
      paramLabel = "N",
      description = "Rows in an optimizer step (default: ${DEFAULT-VALUE}).")
  private int batchSize = TrainingConfig.DEFAULTS.batchSize();

  @Option(
      names = "--gate-margin",
      paramLabel = "NATS",
      description =
          "A trained model replaces the one that serves only if, on rows that neither was fitted to,"
              + " it is worse by no more than this; Infinity takes every model (default:"
              + " ${DEFAULT-VALUE}).")
  private double gateMargin = CandidateGate.DEFAULT.margin();

  @Option(
      names = "--gate-patience",
      paramLabel = "N",
      description =
          "A model that has forgotten what its window lacks serves nevertheless when so many windows"
              + " in a row were like that (default: ${DEFAULT-VALUE}).")
  private int gatePatience = CandidateGate.DEFAULT.patience();

  @Option(
      names = "--train-on-drift",
      description =
          "A drift that is called cuts the open window short: what came before it is left out, and"
              + " a model is trained as soon as a quarter of a window has come since, beside the one"
              + " at the window's end.")
  private boolean onDrift;

  @Option(
      names = "--train-share",
      paramLabel = "SHARE",
      description =
          "Share of the time that a training works; it rests in between, so that scoring beside it"
              + " keeps its latency. The first one, before which nothing is scored, never rests, nor"
              + " does one that --train-on-drift asks for (default: 0.5; 1 with --mode train).")
  private Double share;

  @Option(
      names = "--train-deadline",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Longest that a training may take before it is given up (default: 30min).")
  private Duration deadline = Duration.ofMillis(JobConfig.Training.DEFAULT_DEADLINE_MILLIS);

  /**
   * What is trained, when, and how.
   *
   * @param scores whether the job scores, too
   * @throws InputException if a value is out of its range
   */
  JobConfig.Training toTraining(boolean scores) {
    if (window != null && every != null) {
      throw new InputException("--train-window and --train-every exclude each other");
    }
    Checks.range("--train-sample", sample, 10, 10_000_000);
    Checks.range("--calibration-sample", calibrationSample, 0, 10_000_000);
    Checks.range("--history", history(), 0, Long.MAX_VALUE);
    TrainingConfig config = training.toConfig(steps, batchSize).withSampleRows(sample);
    int rows = sample + calibrationSample;
    if (every != null) {
      Checks.range("--train-every", every, 10, Long.MAX_VALUE);
      return training(new SampleSettings(0, every, rows, config.seed()), config, scores);
    }
    Duration length = window == null ? DEFAULT_WINDOW : window;
    Checks.positive("--train-window", length);
    return training(new SampleSettings(length.toMillis(), 0, rows, config.seed()), config, scores);
  }

  /** Whether a drift that is called asks for a training. */
  boolean onDrift() {
    return onDrift;
  }

  /** Newest events of each partition that the first model is fitted to. */
  long history() {
    return history == null ? (long) sample + calibrationSample : history;
  }

  private JobConfig.Training training(
      SampleSettings sampling, TrainingConfig config, boolean scores) {
    if (!(gateMargin >= 0)) {
      throw new InputException("--gate-margin is " + gateMargin + ", expected at least 0 nats");
    }
    long compared =
        Math.max(calibrationSample, Math.round(config.calibrationFraction() * sampling.size()));
    if (compared < CandidateGate.MIN_ROWS && gateMargin < Double.POSITIVE_INFINITY) {
      throw new InputException(
          String.format(
              "--train-sample is %d and --calibration-sample %d, of which --calibration %s leaves %d"
                  + " rows to compare models on, expected at least %d",
              sample,
              calibrationSample,
              config.calibrationFraction(),
              compared,
              CandidateGate.MIN_ROWS));
    }
    Checks.range("--gate-patience", gatePatience, 1, Integer.MAX_VALUE);
    if (share != null && !(share > 0 && share <= 1)) {
      throw new InputException("--train-share is " + share + ", expected above 0 and at most 1");
    }
    Pace usual = scores ? JobConfig.Training.DEFAULT_PACE : Pace.FULL;
    Checks.positive("--train-deadline", deadline);
    return new JobConfig.Training(
        onDrift ? sampling.cutByDrift() : sampling,
        config,
        new CandidateGate(gateMargin, gatePatience),
        share == null ? usual : new Pace(share),
        deadline.toMillis());
  }
}
