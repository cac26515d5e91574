package io.otflow.codec;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** An Ed25519 public key, which checks signatures of models. */
public final class VerifyingKey implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int SHOWN_BYTES = 8;

  private final byte[] x509;

  private VerifyingKey(byte[] x509) {
    this.x509 = x509;
  }

  /**
   * Reads a key, such as {@code openssl pkey -pubout} writes.
   *
   * @param file PEM with one PUBLIC KEY (X.509)
   * @return the key
   * @throws InputException if the file holds something else
   * @throws IOException if it cannot be read
   */
  public static VerifyingKey read(Path file) throws IOException {
    VerifyingKey key = new VerifyingKey(Pem.read(file, "PUBLIC KEY"));
    try {
      var unused = key.toPublicKey();
    } catch (GeneralSecurityException e) {
      throw new InputException(file + " holds no Ed25519 public key: " + e.getMessage(), e);
    }
    return key;
  }

  private PublicKey toPublicKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509));
  }

  /** Whether a signature is this key's, of these parts one after the other. */
  boolean verifies(List<byte[]> parts, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(toPublicKey());
      for (byte[] part : parts) {
        check.update(part);
      }
      return check.verify(signature);
    } catch (SignatureException e) {
      return false; // Java's answer to 64 bytes that can be no signature at all.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot check a signature", e);
    }
  }

  /** The start of the key's SHA-256, to tell keys apart. */
  @Override
  public String toString() {
    byte[] digest = SnapshotRecords.sha256(ByteBuffer.wrap(x509));
    return "Ed25519:" + HexFormat.of().formatHex(Arrays.copyOf(digest, SHOWN_BYTES));
  }
}
