package io.otflow.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.otflow.codec.mapped.RecordDecoder;
import io.otflow.engine.LikelihoodEngine;
import io.otflow.model.ModelSnapshot;
import io.otflow.page.WatchPage;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Serves the page: {@code /} is the page, {@code /news} a stream of server-sent events, one a
 * second, and {@code /density?x=0&y=1} what the newest model has learnt of two features. It reads
 * the job's topics and changes nothing.
 */
public final class WatchServer implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NEWS_MILLIS = 1000;

  private final WatchState state;

  /** What is watched. */
  private final Map<String, Object> about;

  private final DensityGrid density = new DensityGrid();
  private final byte[] page = WatchPage.html().getBytes(StandardCharsets.UTF_8);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "otflow-watch");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpServer server;
  private final TopicsReader reader;
  private volatile boolean closed;

  /**
   * Starts to read and to serve.
   *
   * @param settings what is watched, and where
   * @param client properties of Kafka's clients
   * @param decoder decodes records of the features topic
   * @param engines makes an engine, which explains flagged events
   * @throws IOException if the port is taken or the address is not this machine's
   */
  public WatchServer(
      WatchSettings settings,
      Properties client,
      RecordDecoder decoder,
      Supplier<LikelihoodEngine> engines)
      throws IOException {
    state = new WatchState(settings.firstWindow());
    about =
        Map.of(
            "broker", client.getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, ""),
            "topics", settings.topics());
    server = bound(settings);
    server.setExecutor(threads);
    server.createContext("/", this::page);
    server.createContext("/news", this::news);
    server.createContext("/density", this::density);
    reader = new TopicsReader(settings, client, state, decoder, engines);
    server.start();
  }

  private static HttpServer bound(WatchSettings settings) throws IOException {
    try {
      return HttpServer.create(
          new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()), 0);
    } catch (BindException | UnknownHostException e) {
      throw new IOException(
          "the page cannot be served at "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Where the page is.
   *
   * @return its address
   */
  public URI address() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/");
  }

  /**
   * What happens now, in a sentence: the same that the page shows.
   *
   * @return the sentence
   */
  public Narration narration() {
    return state.narration(System.currentTimeMillis());
  }

  private void page(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 404, "text/plain", "not found".getBytes(StandardCharsets.UTF_8));
    } else {
      answer(exchange, 200, "text/html; charset=utf-8", page);
    }
  }

  private void news(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    long since = 0;
    try (OutputStream out = exchange.getResponseBody()) {
      while (!closed) {
        Map<String, Object> news = state.news(since, System.currentTimeMillis());
        news.put("about", about);
        since = (long) news.get("number");
        out.write("data: ".getBytes(StandardCharsets.UTF_8));
        out.write(JSON.writeValueAsBytes(news));
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
        TimeUnit.MILLISECONDS.sleep(NEWS_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void density(HttpExchange exchange) throws IOException {
    ModelSnapshot model = state.newestModel();
    Map<String, Integer> query = query(exchange.getRequestURI().getRawQuery());
    Integer a = query.get("x");
    Integer b = query.get("y");
    if (model == null || a == null || b == null || !within(model, a) || !within(model, b)) {
      answer(
          exchange,
          model == null ? 503 : 400,
          "text/plain",
          (model == null ? "there is no model yet" : "expected x and y, indexes of features")
              .getBytes(StandardCharsets.UTF_8));
      return;
    }
    answer(exchange, 200, "application/json", JSON.writeValueAsBytes(density.of(model, a, b)));
  }

  private static boolean within(ModelSnapshot model, int feature) {
    return feature >= 0 && feature < model.d();
  }

  private static Map<String, Integer> query(String raw) {
    Map<String, Integer> values = new HashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      if (pair.matches("[xy]=\\d{1,6}")) {
        values.put(pair.substring(0, 1), Integer.valueOf(pair.substring(2)));
      }
    }
    return values;
  }

  private static void answer(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      // The page is whole: it may ask for nothing from elsewhere.
      exchange
          .getResponseHeaders()
          .set(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                  + " connect-src 'self'; img-src data:");
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closed = true;
    reader.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
