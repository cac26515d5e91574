package io.otflow.local;

import java.io.Closeable;

/** A Kafka broker on the loopback interface, whose data {@link #close} removes. */
public interface Broker extends Closeable {

  /**
   * Where clients find it.
   *
   * @return host:port
   */
  String bootstrapServers();
}
