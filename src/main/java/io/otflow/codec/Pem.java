package io.otflow.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys as text (RFC 7468). */
final class Pem {

  /** Far more than a key has. */
  private static final int MAX_LENGTH = 1 << 16;

  private Pem() {}

  /** The bytes of the one block of a label. Messages tell nothing of what the file holds. */
  static byte[] read(Path file, String label) throws IOException {
    String text;
    try (InputStream in = ModelFiles.open(file)) {
      text = new String(in.readNBytes(MAX_LENGTH), StandardCharsets.US_ASCII);
    }
    Matcher block =
        Pattern.compile(
                "-----BEGIN " + label + "-----\\s([A-Za-z0-9+/=\\s]*)-----END " + label + "-----")
            .matcher(text);
    if (!block.find()) {
      throw new InputException(file + " holds no '-----BEGIN " + label + "-----' block");
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(1));
    } catch (IllegalArgumentException e) {
      throw new InputException(file + " has a damaged " + label + " block");
    }
  }
}
