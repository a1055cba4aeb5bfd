package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
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

  private static String tools() {
    return System.getenv().getOrDefault("MUSTER_CLOUD", "");
  }

  /** What runs AWS's stand-ins; skips the test where it is not installed. */
  static Path python() {
    Path python = Path.of(tools(), "venv", "bin", "python");
    String needs = "AWS's stand-in is needed: build/cloud/install DIR, and MUSTER_CLOUD=DIR";
    if ("required".equals(System.getenv("MUSTER_SERVICES"))) {
      assertThat(python).as(needs).exists();
    }
    assumeTrue(!tools().isEmpty() && Files.exists(python), needs);
    return python;
  }

  /** Starts it; skips the test where it cannot be. */
  static Ec2 start() {
    return start(60);
  }

  /** As above, and minutes of timers that end machines are so long there. */
  static Ec2 start(double minuteSeconds) {
    Path python = python();
    Installed.assumeRoot("machines of namespaces");
    try {
      Process process = new ProcessBuilder(
          python.toString(), SCRIPT, "--tools", tools(), "--java", System.getProperty("java.home"),
          "--minute", String.valueOf(minuteSeconds), "--leash")
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

  /** The command that starts others in the network of an instance; none while it is not there. */
  Optional<List<String>> inside(String instance) {
    return machine(instance).map(each -> each.path("process"))
        .filter(process -> !process.isNull())
        .map(process -> List.of("nsenter", "--net=/proc/" + process.asLong() + "/ns/net"));
  }

  /** The address of an instance among the others. */
  String addressOf(String instance) {
    return machine(instance).orElseThrow().path("address").asString();
  }

  /** Where this machine reaches it, and so whoever does something in the account with tools of their own. */
  URI standIn() {
    return URI.create("http://127.0.0.1:" + place.path("standin").asInt());
  }

  /** What AWS's own tools read. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL", place.path("endpoint").asString(), "AWS_REGION", "us-east-1",
        "AWS_ACCESS_KEY_ID", "somebody", "AWS_SECRET_ACCESS_KEY", "secret");
  }

  /** The states of all instances that were ever launched. */
  List<String> states() {
    return List.copyOf(stateById().values());
  }

  /** The state of an instance that was launched. */
  String state(String instance) {
    return stateById().getOrDefault(instance, "unknown");
  }

  private SequencedMap<String, String> stateById() {
    var states = new LinkedHashMap<String, String>();
    JsonMapper.shared()
        .readTree(said("GET", "standin", "/standin/instances"))
        .forEach(each -> states.put(each.path("id").asString(), each.path("state").asString()));
    return states;
  }

  /** How often a call of AWS was made. */
  long calls(String action) {
    JsonNode calls = JsonMapper.shared().readTree(said("GET", "standin", "/standin/calls"));
    return StreamSupport.stream(calls.spliterator(), false)
        .filter(each -> each.path("action").asString().equals(action))
        .count();
  }

  /** The instances that are machines now. */
  List<String> machines() {
    return list().map(each -> each.path("id").asString()).toList();
  }

  private Stream<JsonNode> list() {
    JsonNode machines = JsonMapper.shared().readTree(said("GET", "control", "/list"));
    return StreamSupport.stream(machines.spliterator(), false);
  }

  private Optional<JsonNode> machine(String instance) {
    return list().filter(each -> each.path("id").asString().equals(instance)).findFirst();
  }

  /** A bucket of S3, where whoever is inside reaches it too. */
  void makeBucket(String name) {
    var _ = said("PUT", "standin", "/" + name);
  }

  /** All that were launched, as the stand-in has written it down. */
  List<JsonNode> instances() {
    return StreamSupport.stream(
        JsonMapper.shared()
            .readTree(said("GET", "standin", "/standin/instances"))
            .spliterator(),
        false).toList();
  }

  /** The next call of an action is not answered for so long, and then carried out. */
  void hang(String action, long millis) {
    var _ = said("PUT", "standin", "/standin/faults/" + action, "{\"hang_ms\": " + millis + "}");
  }

  /** The next call of an action is refused. */
  void refuse(String action) {
    var _ = said(
        "PUT", "standin", "/standin/faults/" + action,
        "{\"code\": \"UnauthorizedOperation\", \"http\": 403}");
  }

  /**
   * Lets nothing come through an instance's cable any more, of which nobody is told.
   *
   * @return whether it had one; a machine that has just come gets it in a moment
   */
  boolean cut(String instance) {
    return answer("POST", "control", "/cut/" + instance, "").statusCode() < 300;
  }

  /** An instance loses its power: of this nobody tells EC2. */
  void kill(String instance) {
    var _ = said("POST", "control", "/kill/" + instance);
  }

  /** An instance hears that it will be taken back in so many seconds, and then is. */
  void takeBack(String instance, int seconds) {
    var _ = said("POST", "control", "/spot/" + instance, "{\"seconds\": " + seconds + "}");
  }

  /** An instance hears that it is more likely than others to be taken back. */
  void recommendRebalance(String instance) {
    var _ = said("POST", "control", "/rebalance/" + instance);
  }

  /** All that an instance has said on its console. */
  String console(String instance) {
    return JsonMapper.shared().readTree(said("GET", "control", "/console/" + instance)).asString();
  }

  /** The process of an instance's worker. */
  ProcessHandle worker(String instance) {
    long process = machine(instance).orElseThrow().path("process").asLong();
    return ProcessHandle.of(process)
        .orElseThrow()
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElseThrow();
  }

  private String said(String method, String port, String path) {
    return said(method, port, path, "");
  }

  private String said(String method, String port, String path, String body) {
    var answer = answer(method, port, path, body);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(300);
    return answer.body();
  }

  private HttpResponse<String> answer(String method, String port, String path, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + place.path(port).asInt() + path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
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
