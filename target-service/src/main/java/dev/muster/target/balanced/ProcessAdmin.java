package dev.muster.target.balanced;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The admin address of one process. Safe for use by many threads.
 *
 * @param client closed by whoever made it
 */
record ProcessAdmin(HttpClient client, Place place) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What it said. */
  record Reply(int status, String body) {
    boolean isGood() {
      return status == 200;
    }

    /**
     * The body.
     *
     * @throws IOException if it is no JSON
     */
    JsonNode json() throws IOException {
      try {
        return JSON.readTree(body);
      } catch (JacksonException e) {
        throw new IOException("a process answered something that is no JSON", e);
      }
    }
  }

  /** Whether it says that it is of use. */
  boolean isHealthy() {
    try {
      return ask("GET", "/health").isGood();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Asks it.
   *
   * @param target the path, and what follows it; sent as it is but for what no URI may hold
   * @throws IOException if it does not answer within two seconds
   * @throws IllegalArgumentException if {@code target} can be no part of a URI
   */
  Reply ask(String method, String target) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + place.adminPort() + target);
    var request = HttpRequest.newBuilder(URI.create(uri.toASCIIString()))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .timeout(PATIENCE)
        .build();
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
