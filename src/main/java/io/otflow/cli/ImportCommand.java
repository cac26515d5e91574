package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.codec.ModelFiles;
import io.otflow.codec.WeightFiles;
import io.otflow.engine.Integration;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a model of bare weights. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a model of a safetensors file with the tensor names of the published PyTorch"
            + " program; prints one JSON object about it.")
final class ImportCommand implements Callable<Integer> {

  private static final int DEFAULT_STEPS = 8;

  @Spec private CommandSpec spec;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "W.safetensors",
      description = "The weights.")
  private Path weights;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "M",
      description = "Model file to write, version 1.")
  private Path model;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Runge-Kutta steps to score with where score names none (default: those of the exported"
              + " model, or "
              + DEFAULT_STEPS
              + ").")
  private Integer steps;

  @Override
  public Integer call() throws IOException {
    if (steps != null && (steps < 1 || steps > Integration.MAX_STEPS)) {
      throw new InputException("--steps is " + steps + ", expected 1 to " + Integration.MAX_STEPS);
    }
    ModelSnapshot imported = WeightFiles.read(weights, DEFAULT_STEPS, System.currentTimeMillis());
    if (steps != null) {
      imported = withSteps(imported, steps);
    }
    ModelFiles.write(imported, model);
    spec.commandLine()
        .getOut()
        .println(
            new Json()
                .put("model", model.toString())
                .put("version", imported.version())
                .put("d", imported.d())
                .put("width", imported.architecture().m())
                .put("layers", imported.architecture().layers())
                .put("rank", imported.architecture().rank())
                .put("parameters", imported.architecture().parameterCount())
                .put("steps", imported.steps()));
    return 0;
  }

  private static ModelSnapshot withSteps(ModelSnapshot model, int steps) {
    return new ModelSnapshot(
        model.version(),
        model.featureNames(),
        model.parameters(),
        model.front(),
        steps,
        model.calibration(),
        model.provenance());
  }
}
