package io.otflow.cli;

import io.otflow.codec.ModelFiles;
import io.otflow.codec.WeightFiles;
import io.otflow.model.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model's weights. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes a model's weights to a safetensors file with the tensor names of the published"
            + " PyTorch program; prints one JSON object about it.")
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "M", description = "The model file.")
  private Path model;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = "W.safetensors",
      description = "File to write.")
  private Path weights;

  @Override
  public Integer call() throws IOException {
    ModelSnapshot snapshot = ModelFiles.read(model);
    WeightFiles.write(snapshot, weights);
    spec.commandLine()
        .getOut()
        .println(
            new Json()
                .put("weights", weights.toString())
                .put("version", snapshot.version())
                .put("d", snapshot.d())
                .put("width", snapshot.architecture().m())
                .put("layers", snapshot.architecture().layers())
                .put("parameters", snapshot.architecture().parameterCount()));
    return 0;
  }
}
