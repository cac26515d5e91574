package io.otflow.flink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Name of a topic as text and as bytes in UTF-8. Next to every record has the topic of the one
 * before, for which neither is made again. Not thread-safe.
 */
final class TopicName {

  private String text = "";
  private byte[] bytes = {};

  byte[] toBytes(String name) {
    if (!name.equals(text)) {
      text = name;
      bytes = name.getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  String toText(byte[] name) {
    if (!Arrays.equals(name, bytes)) {
      text = new String(name, StandardCharsets.UTF_8);
      bytes = name;
    }
    return text;
  }
}
