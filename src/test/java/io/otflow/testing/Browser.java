package io.otflow.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, as Debian's chromium and chromium-driver have it. */
public final class Browser implements AutoCloseable {

  private final ChromeDriver driver;

  /**
   * Starts it.
   *
   * @param width of the page, pixels
   * @param dark whether pages are asked for a dark one
   */
  public Browser(int width, boolean dark) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium").orElseThrow().toString());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=" + width + ",1400");
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
  }

  /** Whether it can be started here. */
  public static boolean possible() {
    return find("chromium").isPresent() && find("chromedriver").isPresent();
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
