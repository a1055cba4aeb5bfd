package dev.muster.target.services;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Docker engine at an address, asked for no more than whether it is there and has an image. */
record DockerEngine(SocketAddress address) {
  private static final long ANSWER_SECONDS = 5;
  private static final long PULL_SECONDS = 120;

  /** The engine that Testcontainers would use, if one answers. */
  static Optional<DockerEngine> find() {
    return addresses(System.getenv()).stream()
        .map(DockerEngine::new)
        .filter(engine -> engine.ask("GET", "/_ping", ANSWER_SECONDS) == 200)
        .findFirst();
  }

  private static List<SocketAddress> addresses(Map<String, String> environment) {
    var named = environment.get("DOCKER_HOST");
    if (named != null) {
      var uri = URI.create(named);
      return List.of(uri.getScheme().equals("unix")
          ? UnixDomainSocketAddress.of(uri.getPath())
          : new InetSocketAddress(uri.getHost(), uri.getPort()));
    }
    var usual = new ArrayList<SocketAddress>();
    usual.add(UnixDomainSocketAddress.of("/var/run/docker.sock"));
    usual.add(UnixDomainSocketAddress
        .of(Path.of(System.getProperty("user.home"), ".docker", "run", "docker.sock")));
    Optional.ofNullable(environment.get("XDG_RUNTIME_DIR"))
        .ifPresent(folder -> usual.add(UnixDomainSocketAddress.of(Path.of(folder, "docker.sock"))));
    return usual;
  }

  /** Whether it has the image, after fetching it from a registry if need be. */
  boolean provides(String image) {
    if (has(image)) {
      return true;
    }
    int colon = image.indexOf(':');
    ask("POST", "/images/create?fromImage=" + image.substring(0, colon) + "&tag="
        + image.substring(colon + 1), PULL_SECONDS);
    return has(image);
  }

  private boolean has(String image) {
    return ask("GET", "/images/" + image + "/json", ANSWER_SECONDS) == 200;
  }

  // The status of the whole answer, 0 if there is none.
  private int ask(String method, String path, long seconds) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var status = threads.submit(() -> status(method, path));
      try {
        return status.get(seconds, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        return 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      } finally {
        // Closes the channel of a thread that still reads.
        status.cancel(true);
      }
    }
  }

  private int status(String method, String path) throws IOException {
    try (var channel = SocketChannel.open(address)) {
      Channels.newOutputStream(channel)
          .write((method + " " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      var answer = new String(
          Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }
}
