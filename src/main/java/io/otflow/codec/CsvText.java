package io.otflow.codec;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The text of a CSV file: by its byte order mark, else by an encoding. Bytes that are no text in it
 * are an error, not a question mark.
 */
final class CsvText {

  private static final int LONGEST_HEADER = 1 << 20;

  /** The separators that are told apart; of as many of two, the first. */
  private static final String SEPARATORS = ",;\t|";

  private CsvText() {}

  /** A reader of what follows the byte order mark, if there is one. */
  static Reader reader(BufferedInputStream in, Charset encoding) throws IOException {
    in.mark(3);
    int a = in.read();
    int b = in.read();
    int c = in.read();
    in.reset();
    Charset charset = encoding;
    if (a == 0xEF && b == 0xBB && c == 0xBF) {
      in.skipNBytes(3);
      charset = StandardCharsets.UTF_8;
    } else if ((a == 0xFE && b == 0xFF) || (a == 0xFF && b == 0xFE)) {
      in.skipNBytes(2);
      charset = a == 0xFE ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    return new InputStreamReader(
        in,
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /**
   * The separator that the first line has most of, outside quotes; nothing is taken. In every
   * encoding of text files its bytes are those of ASCII, between zeros in UTF-16.
   */
  static char separator(BufferedInputStream in) throws IOException {
    in.mark(LONGEST_HEADER + 1);
    int[] counts = new int[SEPARATORS.length()];
    boolean quoted = false;
    for (int i = 0; i < LONGEST_HEADER; i++) {
      int c = in.read();
      if (c < 0 || (!quoted && (c == '\n' || c == '\r'))) {
        break;
      }
      quoted ^= c == '"';
      int which = SEPARATORS.indexOf(c);
      if (!quoted && which >= 0) {
        counts[which]++;
      }
    }
    in.reset();
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      most = counts[i] > counts[most] ? i : most;
    }
    return SEPARATORS.charAt(most);
  }
}
