package io.otflow.cli;

import java.util.Optional;

/** Main class of the job's jar, for {@code flink run}: the same options as {@code otflow job}. */
public final class JobMain {

  private static final String FLINK_COMMAND_LINE = "org.apache.flink.client.cli.CliFrontend";

  private JobMain() {}

  /**
   * Submits the job. A failure is reported as one line on stderr; then the process ends with exit
   * code 1 or 2 where it is a client's, while inside a cluster's own process, which must go on, an
   * exception is thrown.
   *
   * @param args options
   */
  public static void main(String[] args) {
    int code = Main.execute(new JobCommand(), args);
    if (code == 0) {
      return;
    }
    if (inClient()) {
      System.exit(code);
    }
    throw new IllegalStateException(
        "the job was not run, its line on stderr says why (exit code " + code + ")");
  }

  /** Whether the process is Flink's command line, or has nothing below this method. */
  private static boolean inClient() {
    Optional<String> bottom =
        StackWalker.getInstance()
            .walk(frames -> frames.map(StackWalker.StackFrame::getClassName).reduce((a, b) -> b));
    return bottom.isEmpty()
        || bottom.get().equals(FLINK_COMMAND_LINE)
        || bottom.get().equals(JobMain.class.getName());
  }
}
