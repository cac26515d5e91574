package io.otflow.codec.mapped;

import io.otflow.codec.InputException;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;

/**
 * Where a schema registry is, and how to log in.
 *
 * @param url its address, of the interface that Confluent's has; http or https
 * @param authorization value of the header of that name; null for none. A secret.
 */
public record RegistryAddress(String url, String authorization) implements Serializable {

  /** The name and the password, with a colon between them. */
  public static final String USER_INFO = "basic.auth.user.info";

  /** A token instead. */
  public static final String TOKEN = "bearer.auth.token";

  /**
   * Checks an address.
   *
   * @throws InputException if the address is none, or holds a password
   */
  public RegistryAddress {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new InputException("--schema-registry is '" + url + "', expected http://HOST:PORT", e);
    }
    if (uri.getUserInfo() != null) {
      throw new InputException(
          "--schema-registry holds a password; it belongs into the file of"
              + " --schema-registry-config, as "
              + USER_INFO
              + "=NAME:PASSWORD");
    }
    if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
        || uri.getHost() == null) {
      throw new InputException("--schema-registry is '" + url + "', expected http://HOST:PORT");
    }
    url = url.replaceFirst("/+$", "");
  }

  /**
   * An address with what logs in there.
   *
   * @param url its address
   * @param login properties with {@link #USER_INFO} or {@link #TOKEN}, or none
   * @return the address
   * @throws InputException if the address is none, or a property is not known
   */
  public static RegistryAddress of(String url, Properties login) {
    for (String key : login.stringPropertyNames()) {
      if (!key.equals(USER_INFO) && !key.equals(TOKEN)) {
        throw new InputException(
            "unknown property '"
                + key
                + "' of the registry, expected "
                + USER_INFO
                + " or "
                + TOKEN);
      }
    }
    String user = login.getProperty(USER_INFO);
    String token = login.getProperty(TOKEN);
    if (user != null) {
      return new RegistryAddress(
          url,
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    return new RegistryAddress(url, token == null ? null : "Bearer " + token);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "RegistryAddress[url="
        + url
        + ", "
        + (authorization == null ? "no login" : "with a login")
        + "]";
  }
}
