package dev.muster.coordinator.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A page that needs nothing but itself: style, scripts and data lie in it, so that it opens offline
 * and years later. Its scripts insert all text as text, and find the data as {@code report}.
 */
public final class WebPage {

  private WebPage() {}

  /**
   * The page that {@code script} draws.
   *
   * @param script the script's text; it may use all that charts.js and page.js define
   * @param data a record, written as JSON: numbers with at most three places, optionals and nulls as
   *     null
   */
  public static String of(String script, Object data) {
    return resource(WebPage.class, "page.html")
        .replace("{{uplot-style}}", resource(WebPage.class, "uplot/uPlot.min.css"))
        .replace("{{style}}", resource(WebPage.class, "report.css"))
        .replace("{{uplot-licence}}", resource(WebPage.class, "uplot/LICENSE"))
        .replace("{{uplot}}", resource(WebPage.class, "uplot/uPlot.iife.min.js"))
        .replace("{{charts}}", resource(WebPage.class, "charts.js"))
        .replace("{{page}}", resource(WebPage.class, "page.js"))
        .replace("{{script}}", script)
        .replace("{{data}}", json(data)); // last: what a plan says is no template
  }

  private static String json(Object data) {
    // Within a script element only "<" could end it, and JSON has that character in texts only.
    return SummaryJson.MAPPER.writeValueAsString(data).replace("<", "\\u003c");
  }

  /** The text of the file {@code name} that lies beside {@code owner} in the build. */
  public static String resource(Class<?> owner, String name) {
    try (var in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing from the build: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
