package io.otflow.bench.engine;

import io.otflow.engine.Precision;
import java.util.List;

/**
 * What the benchmark of the engines does.
 *
 * @param engine name of the engine
 * @param precision its arithmetic
 * @param seconds how long a measurement takes at least, after as long a warm-up
 * @param threads most threads that score side by side, and those that train
 * @param shapes models that are scored with
 * @param batches rows handed over at once
 * @param trainingShapes models that are trained, and their batch sizes
 * @param forestRows rows that the random cut forest is timed on; 0 leaves it out
 * @param seed seed of models and rows
 */
public record EngineSettings(
    String engine,
    Precision precision,
    double seconds,
    int threads,
    List<Shape> shapes,
    List<Integer> batches,
    List<TrainingCase> trainingShapes,
    int forestRows,
    long seed) {

  /** Copies the lists. */
  public EngineSettings {
    shapes = List.copyOf(shapes);
    batches = List.copyOf(batches);
    trainingShapes = List.copyOf(trainingShapes);
  }

  /**
   * A model that is trained.
   *
   * @param shape its size; its steps are those of training
   * @param batch rows in an optimizer step
   */
  public record TrainingCase(Shape shape, int batch) {}

  /**
   * The shapes that the published program was timed with, and one of four layers.
   *
   * @param engine name of the engine
   * @param precision its arithmetic
   * @param seconds how long a measurement takes at least
   * @param threads most threads
   * @param seed seed of models and rows
   * @return the settings
   */
  public static EngineSettings standard(
      String engine, Precision precision, double seconds, int threads, long seed) {
    // Training and the forest run on the CPU, and say nothing about a GPU.
    boolean onGpu = engine.equals("cuda");
    return new EngineSettings(
        engine,
        precision,
        seconds,
        threads,
        List.of(
            new Shape(256, 43, 2, 10),
            new Shape(128, 32, 2, 8),
            new Shape(64, 8, 2, 8),
            new Shape(32, 8, 2, 8),
            new Shape(32, 2, 2, 8),
            new Shape(64, 8, 4, 8)),
        onGpu ? List.of(1, 256, 4096, 65_536, 262_144) : List.of(1, 32, 256, 4096),
        onGpu
            ? List.of()
            : List.of(
                new TrainingCase(new Shape(64, 8, 2, 4), 512),
                new TrainingCase(new Shape(32, 8, 2, 4), 512),
                new TrainingCase(new Shape(128, 21, 2, 6), 512),
                new TrainingCase(new Shape(256, 43, 2, 6), 256)),
        onGpu ? 0 : 20_000,
        seed);
  }
}
