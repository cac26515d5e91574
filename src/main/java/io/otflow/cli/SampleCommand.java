package io.otflow.cli;

import io.otflow.codec.CsvOutput;
import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.engine.Integration;
import io.otflow.flow.Sampler;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Draws from a model. */
@Command(
    name = "sample",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes rows drawn from a model to a CSV file.")
final class SampleCommand implements Callable<Integer> {

  @Option(names = "--model", required = true, paramLabel = "M", description = "The model file.")
  private Path model;

  @Option(names = "--count", required = true, paramLabel = "N", description = "Rows to draw.")
  private long count;

  @Option(names = "--data", required = true, paramLabel = "OUT.csv", description = "File to write.")
  private Path data;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the draws (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Runge-Kutta steps; 0 takes those that the model was trained with (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new InputException("--count is " + count + ", expected at least 1");
    }
    if (steps < 0 || steps > Integration.MAX_STEPS) {
      throw new InputException(
          "--steps is " + steps + ", expected 1 to " + Integration.MAX_STEPS + ", or 0");
    }
    ModelSnapshot snapshot = ModelFiles.read(model);
    Sampler sampler = new Sampler(snapshot, steps == 0 ? snapshot.steps() : steps, seed);
    double[] row = new double[snapshot.d()];
    try (CsvOutput out = CsvOutput.create(data, snapshot.featureNames());
        Progress progress = new Progress("sample", count, " rows")) {
      for (long i = 0; i < count; i++) {
        sampler.next(row);
        for (int k = 0; k < row.length; k++) {
          out.set(k, row[k]);
        }
        out.endRow();
        progress.at(i + 1, "");
      }
      out.complete();
    }
    return 0;
  }
}
