package io.otflow.kafka;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertPathBuilderException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.security.JaasContext;

/** What a failure of Kafka's clients means, in words that hold no secret. */
final class ClientFailure {

  /** Kafka repeats the word at which it gave up, which may be a part of the password. */
  private static final Pattern UNREADABLE_LOGIN = Pattern.compile("\\bJAAS config\\b");

  private static final Map<String, String> PROTOCOLS =
      Map.of(
          "PLAINTEXT", "no TLS, no SASL",
          "SSL", "TLS, no SASL",
          "SASL_PLAINTEXT", "SASL, no TLS",
          "SASL_SSL", "TLS and SASL");

  private final Properties client;
  private final Throwable failure;
  private final Throwable innermost;

  /**
   * A failure.
   *
   * @param client properties of the client
   * @param failure what it threw
   */
  ClientFailure(Properties client, Throwable failure) {
    this.client = client;
    this.failure = failure;
    Throwable t = failure;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    innermost = t;
  }

  /** Whether what was thrown repeats a part of the login. */
  boolean repeatsLogin() {
    return innermost instanceof IllegalArgumentException
        && UNREADABLE_LOGIN.matcher(text(innermost)).find();
  }

  /** What went wrong. */
  String reason() {
    if (failure instanceof TimeoutException
        || failure instanceof org.apache.kafka.common.errors.TimeoutException) {
      return noAnswer();
    }
    if (repeatsLogin()) {
      return SaslConfigs.SASL_JAAS_CONFIG
          + " cannot be read, expected LOGINMODULE required username=\"USER\" password=\"PASSWORD\";";
    }
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SaslAuthenticationException) {
        return "authentication failed" + user() + ": " + text(t);
      }
      if (t instanceof SslAuthenticationException) {
        return "the TLS handshake failed: " + handshake();
      }
      if (t instanceof UnrecoverableKeyException) {
        return "the key in ssl.keystore.location cannot be read, ssl.key.password is wrong";
      }
      if (text(t).startsWith("Failed to load SSL keystore") && t.getCause() != null) {
        return text(t) + ": " + file(t.getCause());
      }
    }
    return text(innermost);
  }

  /** A broker closes the connection of a client that speaks another protocol, and says no more. */
  private String noAnswer() {
    String protocol = String.valueOf(client.getOrDefault("security.protocol", "PLAINTEXT"));
    String meaning = PROTOCOLS.get(protocol.toUpperCase(Locale.ROOT));
    return "no answer; is the broker running, reachable from here, and does it expect"
        + " security.protocol="
        + protocol
        + (meaning == null ? "?" : " (" + meaning + ")?");
  }

  private String handshake() {
    return innermost instanceof CertPathBuilderException
        ? "the broker's certificate is not among those that ssl.truststore.location trusts: "
            + text(innermost)
        : text(innermost);
  }

  private static String file(Throwable t) {
    if (t instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (t instanceof AccessDeniedException) {
      return "access is denied";
    }
    return t.getCause() instanceof UnrecoverableKeyException ? "its password is wrong" : text(t);
  }

  /** Of the login that was read well enough to be tried. */
  private String user() {
    Object login = client.get(SaslConfigs.SASL_JAAS_CONFIG);
    if (login == null) {
      return "";
    }
    JaasContext context =
        JaasContext.loadClientContext(
            Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(login.toString())));
    String name = JaasContext.configEntryOption(context.configurationEntries(), "username", null);
    return name == null ? "" : " for user '" + name + "'";
  }

  private static String text(Throwable t) {
    return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
  }
}
