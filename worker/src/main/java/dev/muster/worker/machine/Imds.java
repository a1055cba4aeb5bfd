package dev.muster.worker.machine;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * The metadata service of the EC2 instance that this process runs on, version 2: each question carries a
 * token, which is asked for when there is none that counts. For one thread.
 */
public final class Imds implements AutoCloseable {

  private static final URI ADDRESS = URI.create("http://169.254.169.254");
  private static final String TOKEN_SECONDS = "21600";

  /** It is on this machine's own host. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final URI address;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE)
      // What is meant for this machine alone goes through nobody's hands.
      .proxy(HttpClient.Builder.NO_PROXY)
      .build();
  private Optional<String> token = Optional.empty();

  /** That of this instance. */
  public Imds() {
    this(ADDRESS);
  }

  /** One that answers at {@code address}. */
  Imds(URI address) {
    this.address = address;
  }

  /**
   * What it has at {@code path} below {@code latest/meta-data/}; empty, where there is nothing.
   *
   * @throws IOException if it does not answer in time, or with anything else
   */
  public Optional<String> read(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask(path);
    if (answer.statusCode() == UNAUTHORIZED) {
      // The token has expired.
      token = Optional.empty();
      answer = ask(path);
    }
    return answer.statusCode() == NOT_FOUND
        ? Optional.empty()
        : Optional.of(body(answer));
  }

  private HttpResponse<String> ask(String path) throws IOException, InterruptedException {
    if (token.isEmpty()) {
      token = Optional.of(
          body(
              send(
                  at("api/token").header("X-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS)
                      .PUT(HttpRequest.BodyPublishers.noBody()))));
    }
    return send(at("meta-data/" + path).header("X-aws-ec2-metadata-token", token.get()));
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(address.resolve("/latest/" + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IllegalArgumentException e) {
      throw new IOException("the metadata service gave a token that is none", e);
    }
  }

  private static String body(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException(answer.uri() + " answers " + answer.statusCode());
    }
    return answer.body();
  }

  /** Breaks off what is being asked. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
