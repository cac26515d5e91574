package io.otflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;

/**
 * The environment of a run, and, where Flink runs in this process, a temporary directory for its
 * files and checkpoints: the memory that Flink would use instead takes no more than 5 MB of held
 * events.
 */
final class LocalCheckpoints implements AutoCloseable {

  private final StreamExecutionEnvironment environment;
  private final Optional<Path> directory;

  LocalCheckpoints() throws IOException {
    environment = StreamExecutionEnvironment.getExecutionEnvironment();
    boolean needed =
        environment instanceof LocalStreamEnvironment
            && environment
                .getConfiguration()
                .getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
                .isEmpty();
    if (!needed) {
      directory = Optional.empty();
      return;
    }
    Path temporary = Files.createTempDirectory("otflow-checkpoints-");
    temporary.toFile().deleteOnExit();
    directory = Optional.of(temporary);
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, temporary.toUri().toString());
    configuration.set(CoreOptions.TMP_DIRS, temporary.toString());
    configuration.set(WebOptions.TMP_DIR, temporary.toString());
    environment.configure(configuration);
  }

  StreamExecutionEnvironment environment() {
    return environment;
  }

  @Override
  public void close() throws IOException {
    if (directory.isPresent()) {
      FileUtils.deleteDirectory(directory.get().toFile());
    }
  }
}
