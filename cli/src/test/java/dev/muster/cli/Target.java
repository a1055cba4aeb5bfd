package dev.muster.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** {@code muster target} on free ports, and what it says it has answered. */
final class Target implements AutoCloseable {

  private static final Pattern ADDRESSES = Pattern.compile(
      "(http://[^/]+)/customerdata.*?(http://[^/]+)/counts");

  private final Muster muster;
  private final String address;
  private final String adminAddress;

  private Target(Muster muster, String address, String adminAddress) {
    this.muster = muster;
    this.address = address;
    this.adminAddress = adminAddress;
  }

  /** Starts it, and asks once, so that its first answer is not a run's slowest. */
  static Target start(Path folder, String... arguments) {
    var command = new ArrayList<>(
        List.of("target", "--port", "0", "--admin-port", "0", "--balancer-port", "0"));
    command.addAll(List.of(arguments));
    Muster muster = Muster.start(folder, command.toArray(String[]::new));
    String line = muster.awaitOutput("/counts");
    Matcher addresses = ADDRESSES.matcher(line);
    if (!addresses.find()) {
      throw new AssertionError("no addresses in: " + line);
    }
    var target = new Target(muster, addresses.group(1), addresses.group(2));
    ask("GET", target.address + "/customerdata/1");
    target.reset();
    return target;
  }

  /** The plan's target. */
  String address() {
    return address;
  }

  /** Where its counts are. */
  String adminAddress() {
    return adminAddress;
  }

  /** The body of its answer. */
  String get(String path) {
    return ask("GET", address + path);
  }

  /** How many requests it has answered since the last reset. */
  long answered() {
    return JsonMapper.shared()
        .readTree(ask("GET", adminAddress + "/counts"))
        .get("answered")
        .asLong();
  }

  /** Counts from zero again. */
  void reset() {
    ask("POST", adminAddress + "/counts/reset");
  }

  private static String ask(String method, String uri) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(uri))
          .method(method, HttpRequest.BodyPublishers.noBody())
          .timeout(Muster.PATIENCE)
          .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + uri + " has no answer", e);
    }
  }

  @Override
  public void close() {
    muster.close();
  }
}
