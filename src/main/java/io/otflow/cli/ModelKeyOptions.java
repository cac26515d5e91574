package io.otflow.cli;

import io.otflow.codec.InputException;
import io.otflow.codec.SigningKey;
import io.otflow.codec.VerifyingKey;
import io.otflow.flink.JobConfig.Mode;
import io.otflow.flink.ModelKeys;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Keys that sign models and check them. */
@Heading("Signatures of models")
final class ModelKeyOptions {

  @Option(
      names = "--models-signing-key",
      paramLabel = "FILE",
      description =
          "Ed25519 private key (PEM, PKCS #8) with which every model that the job trains is signed,"
              + " and what --train-on-drift asks of the trainer.")
  private Path signingKey;

  @Option(
      names = "--models-public-key",
      paramLabel = "FILE",
      description =
          "Ed25519 public key (PEM): models that are not signed with its private key are refused.")
  private Path publicKey;

  /**
   * The keys, if they fit what the job does and each other.
   *
   * @param commands whether the job sends commands to a trainer
   */
  ModelKeys toKeys(Mode mode, boolean commands) throws IOException {
    if (signingKey != null && !mode.trains() && !commands) {
      throw new InputException(
          "--models-signing-key has no use in --mode score: nothing is trained");
    }
    if (publicKey != null && signingKey == null && commands) {
      throw new InputException(
          "--train-on-drift with --models-public-key and without --models-signing-key: what it asks"
              + " of the trainer would be refused");
    }
    if (publicKey != null && signingKey == null && mode.trains()) {
      throw new InputException(
          "--models-public-key without --models-signing-key: models that the job trains would be"
              + " refused");
    }
    SigningKey signing = signingKey == null ? null : SigningKey.read(signingKey);
    VerifyingKey verifying = publicKey == null ? null : VerifyingKey.read(publicKey);
    if (signing != null && verifying != null && !signing.fits(verifying)) {
      throw new InputException(publicKey + " is not the public key of " + signingKey);
    }
    return new ModelKeys(signing, verifying);
  }
}
