package io.otflow.codec;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** An Ed25519 private key, which signs models. It prints nothing of itself. */
public final class SigningKey implements Serializable {

  private static final long serialVersionUID = 1L;

  /** What is signed to try a key; an empty text would not do. */
  private static final byte[] PROBE = "otflow".getBytes(StandardCharsets.US_ASCII);

  private final byte[] pkcs8;

  private SigningKey(byte[] pkcs8) {
    this.pkcs8 = pkcs8;
  }

  /**
   * Reads a key, such as {@code openssl genpkey -algorithm ed25519} writes.
   *
   * @param file PEM with one PRIVATE KEY (PKCS #8, not encrypted)
   * @return the key
   * @throws InputException if the file holds something else
   * @throws IOException if it cannot be read
   */
  public static SigningKey read(Path file) throws IOException {
    byte[] pkcs8 = Pem.read(file, "PRIVATE KEY");
    SigningKey key = new SigningKey(pkcs8);
    try {
      var unused = key.sign(List.of(PROBE));
    } catch (IllegalStateException e) {
      // Without the cause: what Java says of a key may hold parts of it.
      throw new InputException(file + " holds no Ed25519 private key");
    }
    return key;
  }

  /**
   * Whether a public key is this one's.
   *
   * @param key the public key
   * @return whether it accepts what this key signs
   */
  public boolean fits(VerifyingKey key) {
    List<byte[]> probe = List.of(PROBE);
    return key.verifies(probe, sign(probe));
  }

  /** Signs parts, one after the other. */
  byte[] sign(List<byte[]> parts) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
      for (byte[] part : parts) {
        signature.update(part);
      }
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }

  @Override
  public String toString() {
    return "Ed25519 private key";
  }
}
