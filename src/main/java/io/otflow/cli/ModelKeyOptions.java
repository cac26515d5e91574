package io.otflow.cli;

import io.otflow.codec.SigningKey;
import io.otflow.codec.VerifyingKey;
import io.otflow.flink.ModelKeys;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Keys that sign models and check them. */
final class ModelKeyOptions {

  @Option(
      names = "--models-signing-key",
      paramLabel = "FILE",
      description =
          "Ed25519 private key (PEM, PKCS #8) with which every model that the job trains is signed.")
  private Path signingKey;

  @Option(
      names = "--models-public-key",
      paramLabel = "FILE",
      description =
          "Ed25519 public key (PEM): models that are not signed with its private key are refused.")
  private Path publicKey;

  ModelKeys toKeys() throws IOException {
    return new ModelKeys(
        signingKey == null ? null : SigningKey.read(signingKey),
        publicKey == null ? null : VerifyingKey.read(publicKey));
  }
}
