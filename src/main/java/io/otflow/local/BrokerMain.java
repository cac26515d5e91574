package io.otflow.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Main class of {@link BrokerProcess}: runs a broker until its standard input ends, which it does
 * when the process that started it closes it, or ends in whatever way.
 */
public final class BrokerMain {

  /** How long an interrupted broker goes on, so that its clients can end first. */
  private static final long GRACE_SECONDS = 60;

  private BrokerMain() {}

  /**
   * Runs a broker.
   *
   * @param args the file into which the broker's address is written once it takes requests
   * @throws IOException if the broker does not start, or the file cannot be written
   */
  public static void main(String[] args) throws IOException {
    CountDownLatch closed = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  interrupted.set(true);
                  awaitQuietly(closed);
                },
                "otflow-broker-grace"));
    try (EmbeddedBroker broker = new EmbeddedBroker()) {
      announce(broker.bootstrapServers(), Path.of(args[0]));
      while (System.in.read() >= 0) {
        // What it says does not matter, only that it is there.
      }
    } catch (RuntimeException | LinkageError e) {
      // What starts while the process ends fails in many ways; who interrupted it knows.
      if (!interrupted.get()) {
        throw e;
      }
    } finally {
      closed.countDown();
    }
  }

  /** Writes the file so that it is never seen half-written. */
  private static void announce(String address, Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(unfinished, address);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void awaitQuietly(CountDownLatch closed) {
    try {
      boolean unused = closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
