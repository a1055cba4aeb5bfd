package dev.muster.target.lambda;

import dev.muster.target.faults.Faults;
import dev.muster.target.http.HttpListener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A started architecture, a client of it, and a view of its processes. */
record LambdaUnderTest(LambdaTarget target, HttpClient client) implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  static LambdaUnderTest start(FunctionOptions function, int port) {
    var manners = new HttpListener.Manners(true, Duration.ofSeconds(5), Duration.ofSeconds(10));
    var target = LambdaTarget.start(new LambdaOptions(
        new HttpListener.Address("127.0.0.1", port, 128, "--port"),
        new HttpListener.Address("127.0.0.1", 0, 128, "--admin-port"), manners, Faults.NONE,
        function));
    return new LambdaUnderTest(target,
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  int port() {
    return target.port();
  }

  HttpResponse<byte[]> ask(String method, String path) throws IOException, InterruptedException {
    return client.send(request(target.port(), method, path),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  CompletableFuture<HttpResponse<byte[]>> later(String path) {
    return client.sendAsync(request(target.port(), "GET", path),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  JsonNode admin(String method, String path) throws IOException, InterruptedException {
    return JSON.readTree(client.send(request(target.adminPort(), method, path),
        HttpResponse.BodyHandlers.ofByteArray()).body());
  }

  JsonNode counts() throws IOException, InterruptedException {
    return admin("GET", "/counts").get("environments");
  }

  /** Returns when the admin address shows this number. */
  void await(String name, long number) throws IOException, InterruptedException {
    while (counts().get(name).asLong() != number) {
      Thread.onSpinWait();
    }
  }

  private static HttpRequest request(int port, String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .build();
  }

  /** The function's own processes, without emulators and keepers. */
  List<ProcessHandle> functions() {
    return processes().stream()
        .filter(one -> one.info().command().orElse("").endsWith("/java"))
        .toList();
  }

  /** All processes that this one has started, and theirs. */
  List<ProcessHandle> processes() {
    return ProcessHandle.current().descendants().toList();
  }

  @Override
  public void close() {
    target.close();
    client.close();
  }
}
