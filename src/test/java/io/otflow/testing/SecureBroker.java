package io.otflow.testing;

import io.otflow.local.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker that takes one user over TLS with SASL/SCRAM-SHA-512 and a client's certificate, and
 * nobody else. Its controller takes TLS with the broker's own certificate only.
 */
public final class SecureBroker implements AutoCloseable {

  /** The one user. */
  public static final String USER = "otflow-user";

  /** Whatever must be found nowhere. */
  public static final String USER_PASSWORD = "scram-Pq7vX2mK";

  public static final String KEY_STORE_PASSWORD = "keystore-Zt4wB9nR";
  public static final String TRUST_STORE_PASSWORD = "truststore-Lc6yH3sD";

  private static final String BROKER_PASSWORD = "broker-Vg8kM5jT";
  private static final String MECHANISM = "SCRAM-SHA-512";

  private final EmbeddedBroker broker;
  private final Map<String, String> client = new LinkedHashMap<>();

  /** Starts a broker whose keys, and those of its client, are in a directory. */
  public SecureBroker(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path brokerKey = Keys.generate(directory.resolve("broker.p12"), BROKER_PASSWORD);
    Path clientKey = Keys.generate(directory.resolve("client.p12"), KEY_STORE_PASSWORD);
    Certificate brokerCertificate = Keys.certificate(brokerKey, BROKER_PASSWORD);
    Path clients =
        Keys.trust(
            directory.resolve("clients.p12"),
            BROKER_PASSWORD,
            brokerCertificate,
            Keys.certificate(clientKey, KEY_STORE_PASSWORD));
    Path own = Keys.trust(directory.resolve("own.p12"), BROKER_PASSWORD, brokerCertificate);
    Path trust =
        Keys.trust(directory.resolve("trust.p12"), TRUST_STORE_PASSWORD, brokerCertificate);
    client.put("security.protocol", "SASL_SSL");
    client.put("sasl.mechanism", MECHANISM);
    client.put("sasl.jaas.config", jaas(USER, USER_PASSWORD));
    client.put("ssl.truststore.location", trust.toString());
    client.put("ssl.truststore.password", TRUST_STORE_PASSWORD);
    client.put("ssl.keystore.location", clientKey.toString());
    client.put("ssl.keystore.password", KEY_STORE_PASSWORD);
    client.put("ssl.key.password", KEY_STORE_PASSWORD);
    broker =
        new EmbeddedBroker(
            settings(brokerKey, clients, own),
            List.of(MECHANISM + "=[name=" + USER + ",password=" + USER_PASSWORD + "]"));
  }

  private static Map<String, String> settings(Path key, Path clients, Path own) {
    Map<String, String> settings = new HashMap<>();
    settings.put("listener.security.protocol.map", "CONTROLLER:SSL,CLIENTS:SASL_SSL");
    settings.put("ssl.keystore.location", key.toString());
    settings.put("ssl.keystore.password", BROKER_PASSWORD);
    settings.put("ssl.key.password", BROKER_PASSWORD);
    settings.put("ssl.truststore.password", BROKER_PASSWORD);
    settings.put("ssl.truststore.location", own.toString());
    settings.put("listener.name.controller.ssl.client.auth", "required");
    settings.put("listener.name.clients.ssl.truststore.location", clients.toString());
    settings.put("listener.name.clients.ssl.truststore.password", BROKER_PASSWORD);
    settings.put("listener.name.clients.ssl.client.auth", "required");
    settings.put("sasl.enabled.mechanisms", MECHANISM);
    settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    settings.put("listener.name.clients.scram-sha-512.sasl.jaas.config", jaas(USER, USER_PASSWORD));
    return settings;
  }

  /** The login of a user, as Kafka's clients take it. */
  public static String jaas(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
        + user
        + "\" password=\""
        + password
        + "\";";
  }

  /** Where clients find it. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** What a client needs that it takes, in the order of writing. */
  public Map<String, String> client() {
    return new LinkedHashMap<>(client);
  }

  @Override
  public void close() {
    broker.close();
  }
}
