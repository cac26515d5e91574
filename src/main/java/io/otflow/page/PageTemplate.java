package io.otflow.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A page of the resources, with its charts' library and its styles inside. */
final class PageTemplate {

  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** Stands for the page's own script, which has its name. */
  private static final String SCRIPT = "<!--SCRIPT-->";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PageTemplate() {}

  /**
   * Fills a page.
   *
   * @param name a resource beside this class, in which {@code <!--NAME-->} stands for a part
   * @param parts what stands there, by name, beside the charts, the styles and their script
   */
  static String fill(String name, Map<String, String> parts) {
    String page = resource(name);
    page = page.replace("<!--CHART-STYLE-->", tag("style", resource(CHARTS + "uPlot.min.css")));
    page = page.replace("<!--CHARTS-->", tag("script", resource(CHARTS + "uPlot.iife.min.js")));
    page = page.replace("<!--STYLE-->", tag("style", resource("page.css")));
    page = page.replace("<!--COMMON-->", tag("script", resource("charts.js")));
    if (page.contains(SCRIPT)) {
      page = page.replace(SCRIPT, tag("script", resource(name.replace(".html", ".js"))));
    }
    for (Map.Entry<String, String> part : parts.entrySet()) {
      page = page.replace("<!--" + part.getKey() + "-->", part.getValue());
    }
    return page;
  }

  /**
   * Data of a page.
   *
   * @param data plain values; no number is infinite or NaN
   * @return JSON that does not end the script that it stands in
   */
  static String json(Map<String, Object> data) {
    try {
      return MAPPER.writeValueAsString(data).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of plain values is always JSON", e);
    }
  }

  private static String tag(String name, String content) {
    return "<" + name + ">\n" + content + "\n</" + name + ">";
  }

  private static String resource(String name) {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
