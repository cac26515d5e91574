package io.otflow.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that holds one content after another; it stays open, which is what makes that fast. */
public final class ReusedFile implements Closeable {

  private final Path path;
  private final FileChannel channel;

  public ReusedFile(Path path) throws IOException {
    this.path = path;
    channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Its path, holding the bytes until the next call. */
  public Path holding(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left, left.position());
    }
    channel.truncate(bytes.length);
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
