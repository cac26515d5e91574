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

  /** Bytes that can be read again, of which a reader may hold some that it has not given out. */
  private static final int LONGEST_HEADER = 1 << 23;

  /** The separators that are told apart; of as many of two, the first. */
  private static final String SEPARATORS = ",;\t|";

  private CsvText() {}

  /** The encoding that a byte order mark says, which is then taken; else the one given. */
  static Charset charset(BufferedInputStream in, Charset encoding) throws IOException {
    in.mark(3);
    int a = in.read();
    int b = in.read();
    int c = in.read();
    in.reset();
    if (a == 0xEF && b == 0xBB && c == 0xBF) {
      in.skipNBytes(3);
      return StandardCharsets.UTF_8;
    }
    if ((a == 0xFE && b == 0xFF) || (a == 0xFF && b == 0xFE)) {
      in.skipNBytes(2);
      return a == 0xFE ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    return encoding;
  }

  /** A reader that refuses what is no text in an encoding. */
  static Reader reader(BufferedInputStream in, Charset charset) {
    return new InputStreamReader(
        in,
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /** The separator that the first line has most of, outside quotes; nothing is taken. */
  static char separator(BufferedInputStream in, Charset charset) throws IOException {
    in.mark(LONGEST_HEADER);
    // Never closed: the stream is read from the start again.
    Reader reader = new InputStreamReader(in, charset);
    int[] counts = new int[SEPARATORS.length()];
    boolean quoted = false;
    for (int i = 0; i < LONGEST_HEADER / 8; i++) {
      int c = reader.read();
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
