package io.otflow.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, as Debian's chromium and chromium-driver have it. */
public final class Browser implements AutoCloseable {

  /** It warns of every browser that is newer than itself; kept, or its level would be forgotten. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;
  private final int width;

  /**
   * Starts it.
   *
   * @param width of the page, pixels; a phone's, below 500, where no window is so narrow
   * @param dark whether pages are asked for a dark one
   */
  public Browser(int width, boolean dark) {
    SELENIUM.setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium").orElseThrow().toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=" + Math.max(width, 500) + ",1400",
        // The heap of the tab can be collected and measured.
        "--js-flags=--expose-gc",
        "--enable-precise-memory-info");
    if (dark) {
      options.addArguments("--force-dark-mode", "--blink-settings=preferredColorScheme=0");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(find("chromedriver").orElseThrow().toFile())
                .build(),
            options);
    this.width = width;
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 1400, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /**
   * Leaves the test out where it cannot be started, unless {@code otflow.browser.required} is set.
   */
  public static void assumePossible() {
    assumeTrue(
        Boolean.getBoolean("otflow.browser.required")
            || (find("chromium").isPresent() && find("chromedriver").isPresent()),
        "chromium and chromedriver were not found");
  }

  private static Optional<Path> find(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a page. */
  public void open(URI address) {
    driver.get(address.toString());
  }

  /** What a script returns. */
  public Object run(String script) {
    return ((JavascriptExecutor) driver).executeScript(script);
  }

  /** The text of an element. */
  public String text(String id) {
    return (String) run("return document.getElementById('" + id + "').textContent");
  }

  /** Presses keys one after the other, wherever the focus is. */
  public void press(Keys... keys) {
    for (Keys key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  /** The id of the element that has the focus; empty if it has none. */
  public String focused() {
    return (String) run("return document.activeElement.id");
  }

  /** Bytes that the tab's scripts hold, after a collection. */
  public long heap() {
    return ((Number) run("gc(); return performance.memory.usedJSHeapSize")).longValue();
  }

  /** How many pixels the page is wider than it was asked to be. */
  public long overflow() {
    return (long) run("return document.documentElement.scrollWidth") - width;
  }

  /** Whether something is drawn on every canvas. */
  public boolean everyCanvasIsDrawn() {
    return (boolean)
        run(
            "return [...document.querySelectorAll('canvas')].every(c => c.width > 0 &&"
                + " c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0))");
  }

  /** What the page has complained about. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Draws the page into a file. */
  public void screenshot(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
