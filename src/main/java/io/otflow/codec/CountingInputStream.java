package io.otflow.codec;

import java.io.IOException;
import java.io.InputStream;

/** Counts what passes. */
final class CountingInputStream extends InputStream {
  private final InputStream in;
  private long count;

  CountingInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    count += b < 0 ? 0 : 1;
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int n = in.read(target, offset, length);
    count += Math.max(n, 0);
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Bytes that passed so far. */
  long count() {
    return count;
  }
}
