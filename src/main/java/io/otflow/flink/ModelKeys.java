package io.otflow.flink;

import io.otflow.codec.SigningKey;
import io.otflow.codec.VerifyingKey;
import java.io.Serializable;
import java.util.Optional;

/**
 * Who may say what a model is: the key that signs models, the key that they must be signed with.
 */
public final class ModelKeys implements Serializable {

  /** Models are not signed, and not checked. */
  public static final ModelKeys NONE = new ModelKeys(null, null);

  private static final long serialVersionUID = 1L;

  private final SigningKey signing;
  private final VerifyingKey verifying;

  /**
   * Keys.
   *
   * @param signing signs what the job trains; null: nothing is signed
   * @param verifying checks what the job scores with; null: nothing is checked
   */
  public ModelKeys(SigningKey signing, VerifyingKey verifying) {
    this.signing = signing;
    this.verifying = verifying;
  }

  /**
   * The key that signs.
   *
   * @return the private key, if there is one
   */
  public Optional<SigningKey> signing() {
    return Optional.ofNullable(signing);
  }

  /**
   * The key that checks.
   *
   * @return the public key, if there is one
   */
  public Optional<VerifyingKey> verifying() {
    return Optional.ofNullable(verifying);
  }
}
