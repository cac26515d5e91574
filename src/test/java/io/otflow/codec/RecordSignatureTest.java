package io.otflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.otflow.model.Architecture;
import io.otflow.model.ModelSnapshot;
import io.otflow.testing.KeyFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures and hashes of snapshots: every altered byte is found. */
class RecordSignatureTest {

  private static final ModelSnapshot MODEL = Samples.model(Architecture.of(3, 5, 3), true, 1);
  private static final byte[] UNSIGNED = SnapshotCodec.toBytes(MODEL);

  @TempDir private static Path folder;
  private static SigningKey signing;
  private static VerifyingKey verifying;
  private static VerifyingKey other;

  @BeforeAll
  static void makeKeys() throws Exception {
    KeyFiles own = KeyFiles.make(folder, "own");
    signing = SigningKey.read(own.privateKey());
    verifying = VerifyingKey.read(own.publicKey());
    other = VerifyingKey.read(KeyFiles.make(folder, "other").publicKey());
  }

  @Test
  void aSignedModelIsTheModel() throws Exception {
    byte[] signed = RecordSignature.MODEL.sign(UNSIGNED, signing);
    RecordSignature.MODEL.verify(signed, verifying);
    assertThat(SnapshotCodec.fromBytes(signed)).isEqualTo(MODEL);
    assertThat(RecordSignature.MODEL.sign(signed, signing)).isEqualTo(signed);
  }

  @Test
  void aFileKeepsTheSignature() throws Exception {
    byte[] signed = RecordSignature.MODEL.sign(UNSIGNED, signing);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.writeFile(signed, out);
    byte[] file = out.toByteArray();
    assertThat(SnapshotCodec.readMessage(new ByteArrayInputStream(file), "m")).isEqualTo(signed);
    assertThat(SnapshotCodec.readFile(new ByteArrayInputStream(file), "m")).isEqualTo(MODEL);
  }

  @Test
  void whatIsNotSignedByTheKeyIsRefused() throws Exception {
    assertThatThrownBy(() -> RecordSignature.MODEL.verify(UNSIGNED, verifying))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("not signed");
    byte[] signed = RecordSignature.MODEL.sign(UNSIGNED, signing);
    assertThatThrownBy(() -> RecordSignature.MODEL.verify(signed, other))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("another key than " + other);
  }

  @Test
  void everyAlteredByteIsFound() throws Exception {
    byte[] signed = RecordSignature.MODEL.sign(UNSIGNED, signing);
    for (int i = 0; i < signed.length; i++) {
      byte[] altered = signed.clone();
      altered[i] ^= 1;
      assertThatThrownBy(() -> RecordSignature.MODEL.verify(altered, verifying))
          .as("byte " + i)
          .isInstanceOf(DecodeException.class);
    }
  }

  @Test
  void alteredWeightsAreFoundWithoutAKey() throws Exception {
    byte[] weights = new byte[4];
    java.nio.ByteBuffer.wrap(weights)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putFloat(MODEL.parameters().toFloats()[20]);
    int at = indexOf(UNSIGNED, weights);
    byte[] altered = UNSIGNED.clone();
    altered[at] ^= 1;
    assertThatThrownBy(() -> SnapshotCodec.fromBytes(altered))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("weights were altered or damaged");
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  @Test
  void filesThatHoldNoKeyAreRefusedWithoutShowingThem() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "secret text");
    assertThatThrownBy(() -> SigningKey.read(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("text.pem")
        .hasMessageContaining("PRIVATE KEY")
        .hasMessageNotContaining("secret");
    Path damaged =
        Files.writeString(
            folder.resolve("damaged.pem"),
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> SigningKey.read(damaged))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no Ed25519 private key")
        .hasNoCause();
    assertThatThrownBy(() -> VerifyingKey.read(folder.resolve("missing.pem")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such file");
    assertThat(signing).hasToString("Ed25519 private key");
  }
}
