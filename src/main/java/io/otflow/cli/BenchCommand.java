package io.otflow.cli;

import io.otflow.bench.engine.EngineBenchmark;
import io.otflow.bench.engine.EngineReport;
import io.otflow.bench.engine.EngineSettings;
import io.otflow.bench.pipeline.PipelineBenchmark;
import io.otflow.bench.pipeline.PipelineReport;
import io.otflow.bench.pipeline.PipelineSettings;
import io.otflow.codec.InputException;
import io.otflow.engine.PipelinedEngine;
import io.otflow.flink.JobConfig;
import io.otflow.train.TrainingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.connector.base.DeliveryGuarantee;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how fast events are scored. */
@Command(
    name = "bench",
    description =
        "Measures how fast the engine scores and trains, against the machine's peak and a random cut"
            + " forest; or, with --pipeline, the whole job: prepared records through a broker and the"
            + " job, scored, and passed through without scoring, in turn.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {

  @Option(
      names = "--pipeline",
      arity = "0..1",
      fallbackValue = "true",
      description = "Measure the whole job, on a Kafka broker and Flink started for it.")
  private boolean pipeline;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Records in a run (default: ${DEFAULT-VALUE}).")
  private int events = 2_000_000;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Subtasks of each operator (default: ${DEFAULT-VALUE}).")
  private int parallelism = 2;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured runs of each variant (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--delivery",
      paramLabel = "GUARANTEE",
      converter = Choices.Deliveries.class,
      completionCandidates = Choices.Deliveries.class,
      description = "exactly-once or at-least-once (default: ${DEFAULT-VALUE}).")
  private DeliveryGuarantee delivery = DeliveryGuarantee.EXACTLY_ONCE;

  @Mixin private EngineBenchOptions engine;

  @Mixin private ScoringOptions scoring;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Most events that are scored together (default: ${DEFAULT-VALUE}).")
  private int batchSize = JobConfig.Scoring.DEFAULT_BATCH_SIZE;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the stream and of the model (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  // Filled from the rewritten --kafka.KEY=VALUE; hidden because help would print it wrongly.
  @Option(names = KafkaOptions.PREFIX, hidden = true)
  private Map<String, String> kafka = new LinkedHashMap<>();

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      description = "Print one JSON object instead of a table.")
  private boolean json;

  /** For picocli. */
  public BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    return pipeline ? measurePipeline() : measureEngine();
  }

  private int measureEngine() throws TrainingException {
    EngineSettings settings = engine.settings(scoring.engine(), scoring.precision(), seed);
    scoring.requireEngine();
    EngineReport report =
        new EngineBenchmark(settings, line -> System.err.println("otflow: " + line)).run();
    System.out.println(json ? EngineOutput.json(report) : EngineOutput.table(report));
    return CommandLine.ExitCode.OK;
  }

  private int measurePipeline() throws Exception {
    PipelineSettings settings = settings();
    System.err.println(
        "otflow: starting a Kafka broker in a process of its own, and Flink in this");
    PipelineReport report =
        UntilInterrupted.run(
            "the benchmark",
            () -> new PipelineBenchmark(settings),
            benchmark -> {
              PipelineReport done = benchmark.run(line -> System.err.println("otflow: " + line));
              System.out.println(json ? PipelineOutput.json(done) : PipelineOutput.table(done));
              return done;
            });
    return report.complete() ? CommandLine.ExitCode.OK : Failures.FAILED;
  }

  private PipelineSettings settings() {
    Checks.range("--events", events, 1000, 100_000_000);
    Checks.range("--parallelism", parallelism, 1, 256);
    Checks.range("--rounds", rounds, 1, 100);
    Checks.range("--batch-size", batchSize, 1, PipelinedEngine.MAX_BATCH);
    if (kafka.containsKey("bootstrap.servers")) {
      throw new InputException("--kafka.bootstrap.servers is set, but bench starts its own broker");
    }
    return new PipelineSettings(
        events, parallelism, rounds, delivery, scoring.choice(), batchSize, kafka, seed);
  }
}
