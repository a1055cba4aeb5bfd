package dev.muster.target.balanced;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.process.NeedsPrograms;
import dev.muster.target.process.ProcessException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
@NeedsPrograms("haproxy")
class BalancedTargetTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private Path folder = Path.of("");
  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .build();

  @AfterEach
  void close() {
    http.shutdownNow();
  }

  @Test
  void a_killed_process_costs_exactly_the_requests_that_it_holds() throws Exception {
    try (var target = BalancedTarget.start(holding(5))) {
      var requests = new ArrayList<CompletableFuture<HttpResponse<String>>>();
      for (int i = 0; i < 20; i++) {
        requests.add(answer(target, "/held"));
      }
      await(target, counts -> counts.at("/faults/held").asInt() == 20);
      long victim = counts(target).at("/processes/2/pid").asLong();
      kill(victim);
      var first = (HttpResponse<?>) CompletableFuture
          .anyOf(requests.toArray(CompletableFuture[]::new))
          .get();
      assertThat(first.statusCode()).isEqualTo(502);
      assertThat(first.body())
          .isEqualTo("{\"error\":\"the process that had the request ended\"}");
      // The new one is not there before its predecessor's requests have failed.
      await(target, counts -> isUp(counts.at("/processes/2"), victim));
      assertThat(requests.stream().filter(CompletableFuture::isDone)).hasSize(4);
      assertThat(put(target, "/faults?release").statusCode()).isEqualTo(200);
      assertThat(requests.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
          .containsOnly(200, 502)
          .filteredOn(status -> status == 200)
          .hasSize(16);
      var counts = counts(target);
      assertThat(counts.at("/received").asLong()).isEqualTo(20);
      assertThat(counts.at("/answered").asLong()).isEqualTo(20);
      assertThat(counts.at("/balancer/2xx").asLong()).isEqualTo(16);
      assertThat(counts.at("/balancer/5xx").asLong()).isEqualTo(4);
      assertThat(counts.at("/balancer/retries").asLong()).isZero();
      assertThat(counts.at("/processes/2/restarts").asLong()).isEqualTo(1);
    }
  }

  @Test
  void counts_are_those_of_all_and_start_again_at_zero() throws Exception {
    try (var target = BalancedTarget.start(holding(3))) {
      for (int i = 1; i <= 60; i++) {
        assertThat(status(target, "/some").join()).isEqualTo(200);
        assertThat(counts(target).at("/answered").asLong()).isEqualTo(i);
      }
      var counts = counts(target);
      assertThat(counts.at("/received").asLong()).isEqualTo(60);
      assertThat(counts.at("/routes").toString())
          .isEqualTo("[{\"route\":\"/some\",\"status\":200,\"count\":60}]");
      assertThat(counts.at("/processes").valueStream().map(one -> one.at("/answered").asInt()))
          .containsExactly(20, 20, 20);
      var reset = ask("POST", target.adminPort(), "/counts/reset");
      assertThat(JSON.readTree(reset.body()).at("/received").asLong()).isZero();
      assertThat(counts(target).at("/routes")).isEmpty();
      assertThat(counts(target).at("/answered").asLong()).isZero();
      assertThat(ask("GET", target.adminPort(), "/health").body()).isEqualTo("{\"status\":\"up\"}");
      assertThat(ask("POST", target.adminPort(), "/health").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void faults_reach_all_processes_and_those_that_come_later() throws Exception {
    try (var target = BalancedTarget.start(holding(2))) {
      assertThat(put(target, "/faults?delay=27ms%C2%B15ms").statusCode()).isEqualTo(200);
      assertThat(ask("GET", target.adminPort(), "/faults").body())
          .contains("\"settings\":\"delay=27ms%C2%B15ms\"");
      int length = "delay=27ms%C2%B15ms".length();
      assertThat(counts(target).at("/faults/settings").asInt()).isEqualTo(2 * length);
      long victim = counts(target).at("/processes/0/pid").asLong();
      kill(victim);
      await(target, counts -> isUp(counts.at("/processes/0"), victim));
      assertThat(counts(target).at("/faults/settings").asInt()).isEqualTo(2 * length);

      var refused = put(target, "/faults?wrong=1");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).isEqualTo("{\"error\":\"wrong is no fault\"}");
      assertThat(counts(target).at("/faults/settings").asInt()).isEqualTo(2 * length);

      assertThat(ask("DELETE", target.adminPort(), "/faults").statusCode()).isEqualTo(200);
      assertThat(counts(target).at("/faults/settings").asInt()).isZero();
      assertThat(ask("POST", target.adminPort(), "/faults").headers().firstValue("Allow"))
          .hasValue("GET, PUT, DELETE");
    }
  }

  @Test
  void a_killed_balancer_is_started_again() throws Exception {
    try (var target = BalancedTarget.start(holding(2))) {
      assertThat(status(target, "/some").join()).isEqualTo(200);
      kill(counts(target).at("/balancer/pid").asLong());
      await(target, counts -> counts.at("/balancer/restarts").asInt() == 1);
      assertThat(status(target, "/some").join()).isEqualTo(200);
    }
  }

  @Test
  void nothing_is_left_after_closing() {
    var target = BalancedTarget.start(holding(2));
    var children = ProcessHandle.current().descendants().toList();
    target.close();
    assertThat(children).hasSizeGreaterThan(3).noneMatch(ProcessHandle::isAlive);
    assertThatThrownBy(() -> status(target, "/").join()).hasCauseInstanceOf(ConnectException.class);
  }

  @Test
  void clients_keep_their_connection_only_if_that_is_wanted() throws Exception {
    String head = "GET /some HTTP/1.1\r\nHost: a\r\n";
    String two = head + "\r\n" + head + "Connection: close\r\n\r\n";
    try (var kept = BalancedTarget.start(holding(1))) {
      assertThat(raw(kept.port(), two).split("answered", -1)).hasSize(3);
    }
    try (var closed = BalancedTarget.start(options(1, false, 0, holdingCommand()))) {
      assertThat(raw(closed.port(), two).split("answered", -1)).hasSize(2);
    }
  }

  @Test
  void a_process_that_cannot_start_tells_so_in_its_own_sentence_and_nothing_is_left() {
    long before = ProcessHandle.current().descendants().count();
    var options = options(2, true, 0, List.of("/bin/sh", "-c",
        "echo some noise >&2; echo 'the database refuses the user muster' >&2; exit 1", "sh"));
    assertThatThrownBy(() -> BalancedTarget.start(options))
        .isInstanceOf(ProcessException.class)
        .hasMessage("the database refuses the user muster");
    assertThat(ProcessHandle.current().descendants().count()).isEqualTo(before);
  }

  @Test
  void a_port_in_use_is_one_sentence_that_names_the_cure() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> BalancedTarget.start(options(1, true, port, holdingCommand())))
          .isInstanceOf(ProcessException.class)
          .hasMessage("port " + port + " on 127.0.0.1 is in use; choose another with "
              + "--port");
    }
  }

  private BalancedOptions holding(int processes) {
    return options(processes, true, 0, holdingCommand());
  }

  private static List<String> holdingCommand() {
    return JavaCommand.of(HoldingProcessMain.class.getName());
  }

  private BalancedOptions options(
      int processes, boolean keepAlive, int firstPort, List<String> command) {
    return new BalancedOptions("127.0.0.1", 0, 0, firstPort, processes, keepAlive,
        Duration.ofSeconds(5), command, Map.of(), folder.resolve("logs"));
  }

  private static boolean isUp(JsonNode process, long predecessor) {
    return process.at("/pid").asLong() != predecessor
        && process.at("/state").asString().startsWith("UP");
  }

  private void await(BalancedTarget target, Predicate<JsonNode> condition) throws Exception {
    JsonNode counts = counts(target);
    while (!condition.test(counts)) {
      counts = counts(target);
    }
  }

  private JsonNode counts(BalancedTarget target) throws Exception {
    return JSON.readTree(ask("GET", target.adminPort(), "/counts").body());
  }

  private HttpResponse<String> put(BalancedTarget target, String path) throws Exception {
    return ask("PUT", target.adminPort(), path);
  }

  private HttpResponse<String> ask(String method, int port, String path) throws Exception {
    return http.send(request(method, port, path), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<Integer> status(BalancedTarget target, String path) {
    return answer(target, path).thenApply(HttpResponse::statusCode);
  }

  private CompletableFuture<HttpResponse<String>> answer(BalancedTarget target, String path) {
    return http.sendAsync(
        request("GET", target.port(), path), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String method, int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private static String raw(int port, String bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(),
          StandardCharsets.UTF_8);
    }
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }
}
