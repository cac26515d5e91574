package io.otflow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;

/** Keys and certificates in PKCS12 files, made by the JDK's own keytool when a test runs. */
final class Keys {

  private static final String ALIAS = "key";

  private Keys() {}

  /** A new key with a certificate of its own for 127.0.0.1. */
  static Path generate(Path file, String password) throws IOException, InterruptedException {
    Command keytool =
        Command.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + file.getFileName(),
                "-ext",
                "SAN=IP:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password));
    assertThat(keytool.code()).as(keytool.text()).isZero();
    return file;
  }

  /** The certificate of a generated key. */
  static Certificate certificate(Path file, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    return store.getCertificate(ALIAS);
  }

  /** A file of certificates to trust. */
  static Path trust(Path file, String password, Certificate... trusted)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.length; i++) {
      store.setCertificateEntry("trusted-" + i, trusted[i]);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
    return file;
  }
}
