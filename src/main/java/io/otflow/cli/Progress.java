package io.otflow.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long command is, on stderr: a bar where a terminal watches, a line every tenth
 * otherwise. Not thread-safe.
 */
final class Progress implements AutoCloseable {

  /** What is done sooner says nothing. */
  private static final long QUIET_NANOS = 1_000_000_000L;

  private final String task;
  private final String unit;
  private long total;
  private final PrintStream err;
  private final ProgressBar bar;
  private final long started = System.nanoTime();
  private long nextLine;
  private boolean printed;

  /**
   * Starts.
   *
   * @param task what is being done
   * @param total units in all, at least 1
   * @param unit one of them, such as {@code " iterations"}
   */
  Progress(String task, long total, String unit) {
    this(task, total, unit, Terminal.watchesStderr());
  }

  /**
   * Starts, with or without a bar.
   *
   * @param drawing whether to draw a bar
   */
  Progress(String task, long total, String unit, boolean drawing) {
    this.task = task;
    this.total = Math.max(total, 1);
    this.unit = unit;
    this.err = System.err;
    this.nextLine = Math.max(this.total / 10, 1);
    this.bar =
        drawing
            ? new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(this.total)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(err, Terminal.columns() - 1))
                .setUpdateIntervalMillis(250)
                .hideEta()
                .build()
            : null;
    this.printed = drawing;
  }

  /** Tells how many units there are in all, once that is known. */
  void outOf(long units) {
    if (units != total) {
      total = Math.max(units, 1);
      nextLine = Math.max(total / 10, 1);
      if (bar != null) {
        bar.maxHint(total);
      }
    }
  }

  /** Tells how far it is; the remark stands behind the numbers. */
  void at(long done, String remark) {
    if (bar != null) {
      bar.setExtraMessage(" " + remark);
      bar.stepTo(done);
    } else if (done >= nextLine && System.nanoTime() - started > QUIET_NANOS) {
      printed = true;
      nextLine = (done / Math.max(total / 10, 1) + 1) * Math.max(total / 10, 1);
      err.printf(
          "%s: %d of %d%s (%d %%) after %.1f s%s%n",
          task,
          done,
          total,
          unit,
          100 * done / total,
          (System.nanoTime() - started) / 1e9,
          remark.isEmpty() ? "" : ", " + remark);
    }
  }

  /** Whether a bar or a line was printed. */
  boolean hasPrinted() {
    return printed;
  }

  /** Prints a line that stays. */
  void note(String line) {
    if (bar != null) {
      err.print("\r\033[K");
    }
    err.println("otflow: " + line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
