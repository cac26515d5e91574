package io.otflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/**
 * A new pair of Ed25519 keys, in files as openssl writes them.
 *
 * @param privateKey PEM, PKCS #8
 * @param publicKey PEM, X.509
 */
public record KeyFiles(Path privateKey, Path publicKey) {

  /** Makes a pair in a directory. */
  public static KeyFiles make(Path directory, String name)
      throws IOException, GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    return new KeyFiles(
        write(directory.resolve(name + ".key"), "PRIVATE KEY", pair.getPrivate().getEncoded()),
        write(directory.resolve(name + ".pub"), "PUBLIC KEY", pair.getPublic().getEncoded()));
  }

  private static Path write(Path file, String label, byte[] bytes) throws IOException {
    return Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(bytes)));
  }
}
