package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stand-in for EC2 whose instances are machines of namespaces, which boot by what they are told; see
 * build/cloud/README.md. Nothing of it is left, however a test ends.
 */
final class Ec2 implements AutoCloseable {

  /** Maven runs tests in the folder of their module. */
  private static final String SCRIPT = "../build/cloud/nodes.py";

  private final Process process;
  private final JsonNode place;
  private final HttpClient http = HttpClient.newHttpClient();

  private Ec2(Process process, JsonNode place) {
    this.process = process;
    this.place = place;
  }

  /** Starts it; skips the test where it cannot be. */
  static Ec2 start() {
    String tools = System.getenv().getOrDefault("MUSTER_CLOUD", "");
    Path python = Path.of(tools, "venv", "bin", "python");
    String needs = "EC2's stand-in is needed: build/cloud/install DIR, and MUSTER_CLOUD=DIR";
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(python).as(needs).exists();
    }
    assumeTrue(!tools.isEmpty() && Files.exists(python), needs);
    Installed.assumeRoot("machines of namespaces");
    try {
      Process process = new ProcessBuilder(
          python.toString(), SCRIPT, "--tools", tools, "--java", System.getProperty("java.home"),
          "--leash")
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(line).as("what it says when it is there").isNotNull();
      return new Ec2(process, JsonMapper.shared().readTree(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where somebody who launches is, as the instances reach them. */
  String address() {
    return place.path("address").asString();
  }

  /** The command that starts others there. */
  List<String> inside() {
    return StreamSupport.stream(place.path("inside").spliterator(), false)
        .map(JsonNode::asString)
        .toList();
  }

  /** What AWS's own tools read. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", place.path("endpoint").asString(), "AWS_REGION", "us-east-1",
        "AWS_ACCESS_KEY_ID", "somebody", "AWS_SECRET_ACCESS_KEY", "secret");
  }

  /** The states of all instances that were ever launched. */
  List<String> states() {
    JsonNode instances = JsonMapper.shared()
        .readTree(said("GET", "standin", "/standin/instances"));
    return StreamSupport.stream(instances.spliterator(), false)
        .map(each -> each.path("state").asString())
        .toList();
  }

  /** The instances that are machines now. */
  List<String> machines() {
    JsonNode machines = JsonMapper.shared().readTree(said("GET", "control", "/list"));
    return StreamSupport.stream(machines.spliterator(), false)
        .map(each -> each.path("id").asString())
        .toList();
  }

  /** A bucket of S3, where whoever is inside reaches it too. */
  void makeBucket(String name) {
    var _ = said("PUT", "standin", "/" + name);
  }

  /** How often AWS was asked for an action. */
  long calls(String action) {
    JsonNode calls = JsonMapper.shared().readTree(said("GET", "standin", "/standin/calls"));
    return StreamSupport.stream(calls.spliterator(), false)
        .filter(each -> each.path("action").asString().equals(action))
        .count();
  }

  /** An instance loses its power: of this nobody tells EC2. */
  void kill(String instance) {
    var _ = said("POST", "control", "/kill/" + instance);
  }

  private String said(String method, String port, String path) {
    try {
      var answer = http.send(
          HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + place.path(port).asInt() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(300);
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
