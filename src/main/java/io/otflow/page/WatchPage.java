package io.otflow.page;

import java.util.Map;

/** The page of a running job, which asks its server for news. */
public final class WatchPage {

  private WatchPage() {}

  /**
   * The page.
   *
   * @return the whole of it, in HTML
   */
  public static String html() {
    return PageTemplate.fill("watch.html", Map.of());
  }
}
