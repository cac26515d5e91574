package io.otflow.cli;

import io.otflow.bench.engine.EngineSettings;
import io.otflow.bench.engine.EngineSettings.TrainingCase;
import io.otflow.bench.engine.Shape;
import io.otflow.codec.InputException;
import io.otflow.engine.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** What the benchmark of the engines measures. */
@Heading("Engines")
final class EngineBenchOptions {

  private static final int TRAINING_BATCH = 512;

  @Option(
      names = "--shape",
      paramLabel = "M,D,LAYERS,STEPS",
      description =
          "A model to measure, instead of the standard ones: width, features, layers, Runge-Kutta"
              + " steps. May be given several times.")
  private List<String> shapes = new ArrayList<>();

  @Option(
      names = "--batches",
      paramLabel = "N,N,...",
      split = ",",
      description =
          "Rows handed over at once (default: 1,32,256,4096; with cuda"
              + " 1,256,4096,65536,262144).")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "How long each measurement takes at least, after as long a warm-up (default:"
              + " ${DEFAULT-VALUE}).")
  private double seconds = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads side by side, and those that train (default: one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--forest-rows",
      paramLabel = "N",
      description =
          "Rows that the random cut forest is timed on; 0 leaves it out (default:"
              + " 20000; with cuda 0).")
  private Integer forestRows;

  /** For picocli. */
  EngineBenchOptions() {}

  /**
   * The settings.
   *
   * @param name name of the engine
   * @param precision its arithmetic
   * @param seed seed of models and rows
   * @throws InputException if a value is out of its range; the message names it
   */
  EngineSettings settings(String name, Precision precision, long seed) {
    if (!(seconds > 0 && seconds <= 600)) {
      throw new InputException("--seconds is " + seconds + ", expected over 0, at most 600");
    }
    Checks.range("--threads", threads, 1, 1024);
    if (forestRows != null) {
      Checks.range("--forest-rows", forestRows, 0, 10_000_000);
    }
    for (int batch : batches) {
      Checks.range("--batches", batch, 1, 1_000_000);
    }
    EngineSettings standard = EngineSettings.standard(name, precision, seconds, threads, seed);
    List<Shape> chosen = shapes.stream().map(EngineBenchOptions::shape).toList();
    return new EngineSettings(
        name,
        precision,
        seconds,
        threads,
        chosen.isEmpty() ? standard.shapes() : chosen,
        batches.isEmpty() ? standard.batches() : batches,
        chosen.isEmpty() || standard.trainingShapes().isEmpty()
            ? standard.trainingShapes()
            : chosen.stream().map(s -> new TrainingCase(s, TRAINING_BATCH)).toList(),
        forestRows == null ? standard.forestRows() : forestRows,
        seed);
  }

  private static Shape shape(String text) {
    int[] numbers;
    try {
      numbers = Arrays.stream(text.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    } catch (NumberFormatException e) {
      throw new InputException("--shape is '" + text + "', expected M,D,LAYERS,STEPS", e);
    }
    if (numbers.length != 4) {
      throw new InputException("--shape is '" + text + "', expected M,D,LAYERS,STEPS");
    }
    Checks.range("M of --shape", numbers[0], 1, 4096);
    Checks.range("D of --shape", numbers[1], 1, 10_000);
    Checks.range("LAYERS of --shape", numbers[2], 2, 64);
    Checks.range("STEPS of --shape", numbers[3], 1, 1000);
    return new Shape(numbers[0], numbers[1], numbers[2], numbers[3]);
  }
}
