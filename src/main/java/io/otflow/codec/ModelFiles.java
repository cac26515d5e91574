package io.otflow.codec;

import io.otflow.model.ModelSnapshot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Whole files that appear complete or not at all. */
public final class ModelFiles {

  /** Writes the content of a file. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private ModelFiles() {}

  /**
   * What a model's file is called in a snapshot directory.
   *
   * @param version the model's version
   * @return such as {@code model-v000042.avro}; names sort as versions do
   */
  public static String name(long version) {
    return String.format("model-v%06d.avro", version);
  }

  /**
   * Reads a model file.
   *
   * @param file the file
   * @return the model
   * @throws InputException if it is missing, cut off, damaged, or something else
   * @throws IOException if it cannot be read
   */
  public static ModelSnapshot read(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return SnapshotCodec.readFile(in, file.toString());
    }
  }

  /**
   * Writes a model file, or replaces it.
   *
   * @param model the model
   * @param file the file
   * @throws InputException if its directory does not exist
   * @throws IOException if it cannot be written
   */
  public static void write(ModelSnapshot model, Path file) throws IOException {
    replace(file, out -> SnapshotCodec.writeFile(model, out));
  }

  static InputStream open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + " is a directory, expected a file");
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": there is no such file", e);
    }
  }

  /** Checks, before long work, that a file can be put there. */
  public static void requireWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new InputException(file + " cannot be written: there is no directory " + folder);
    }
    if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
      throw new InputException(file + " cannot be written");
    }
  }

  static void replace(Path file, Content content) throws IOException {
    requireWritable(file);
    Path part = part(file);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
      content.writeTo(out);
    } catch (IOException | RuntimeException e) {
      if (!part.equals(file)) {
        Files.deleteIfExists(part);
      }
      throw e;
    }
    if (!part.equals(file)) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Where to write a file until it is whole: beside it, and gone if the process ends before; links
   * and devices take it as it comes.
   */
  static Path part(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return file;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    part.toFile().deleteOnExit();
    return part;
  }
}
