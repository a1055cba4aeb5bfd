package dev.muster.target.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.target.api.Answer;
import dev.muster.target.api.CustomerApi;
import dev.muster.target.api.Request;
import dev.muster.target.data.SeededCustomers;
import dev.muster.target.http.ListenException;
import dev.muster.target.store.MemoryStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole architecture with real processes of the function, under AWS's emulator and under ours. */
@Timeout(90)
class LambdaTargetIT {
  @TempDir
  private Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource
  void every_target_is_answered_as_in_all_architectures(Emulation emulation) throws Exception {
    var api = new CustomerApi(new MemoryStore(new SeededCustomers()));
    try (var lambda = start(options(emulation))) {
      for (String target : List.of("/", "/customer/0", "/customerdata/42", "/customerdata?id=42",
          "/customerdata?id=abc", "/customerdata?id=", "/customer/5000", "/customer/%31",
          "/customer/1%2f2", "/customer/-1", "/nothing")) {
        for (String method : List.of("GET", "POST")) {
          assertSame(lambda.ask(method, target), api.answer(Request.of(method, target)));
        }
      }
      assertThat(lambda.counts().get("started").asLong()).isOne();
      assertThat(lambda.counts().get("coldStarts").asLong()).isOne();
      assertThat(lambda.admin("GET", "/counts").get("routes").get(0).toString())
          .isEqualTo("{\"route\":\"/\",\"status\":200,\"count\":1}");
      assertThat(lambda.admin("GET", "/health").get("status").asString()).isEqualTo("up");
    }
  }

  private static void assertSame(HttpResponse<byte[]> response, Answer expected) {
    assertThat(response.statusCode()).as(expected.toString()).isEqualTo(expected.status());
    assertThat(response.body()).isEqualTo(expected.body());
    assertThat(response.headers().firstValue("content-type")).hasValue(expected.contentType());
    assertThat(response.headers().firstValue("allow"))
        .isEqualTo(expected.status() == 405 ? Optional.of(expected.allow()) : Optional.empty());
  }

  @ParameterizedTest
  @EnumSource
  void as_many_requests_as_the_cap_have_environments_and_one_more_is_told_so(Emulation emulation)
      throws Exception {
    var function = options(emulation).withScale(2, Duration.ofMinutes(5));
    try (var lambda = start(function)) {
      var held = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
      var stopped = new HashSet<ProcessHandle>();
      for (int running = 1; running <= 2; running++) {
        assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
        // Its process is stopped, so the next request keeps it busy for as long as we like.
        lambda.functions().stream().filter(stopped::add).forEach(one -> signal("STOP", one));
        held.add(lambda.later("/customer/2"));
        lambda.await("running", running);
      }
      var refused = lambda.ask("GET", "/customer/3");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(new String(refused.body(), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("{\"error\":\"too many requests at once; try again\"}");
      stopped.forEach(one -> signal("CONT", one));
      for (var one : held) {
        assertThat(one.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
      assertThat(lambda.counts().toString()).isEqualTo("{\"started\":2,\"coldStarts\":2,"
          + "\"throttled\":1,\"failed\":0,\"running\":0,\"idle\":2}");
      assertThat(lambda.admin("POST", "/counts/reset").get("environments").toString())
          .isEqualTo("{\"started\":0,\"coldStarts\":0,"
              + "\"throttled\":0,\"failed\":0,\"running\":0,\"idle\":2}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void requests_at_once_have_an_environment_each_and_nothing_is_left_after_closing(
      Emulation emulation)
      throws Exception {
    List<ProcessHandle> processes;
    List<ProcessHandle> functions;
    try (var lambda = start(options(emulation).withScale(4, Duration.ofMinutes(5)))) {
      var answers = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
      for (int id = 0; id < 40; id++) {
        answers.add(lambda.later("/customerdata/" + id));
      }
      int throttled = 0;
      for (var answer : answers) {
        int status = answer.get(60, TimeUnit.SECONDS).statusCode();
        assertThat(status).isIn(200, 429);
        throttled += status == 429 ? 1 : 0;
      }
      assertThat(lambda.counts().get("throttled").asInt()).isEqualTo(throttled);
      assertThat(lambda.counts().get("started").asLong()).isBetween(1L, 4L);
      processes = lambda.processes();
      functions = lambda.functions();
      assertThat(functions).isNotEmpty();
    }
    assertThat(functions).noneMatch(ProcessHandle::isAlive);
    // A keeper's last look at its clock may outlive it by a blink.
    for (ProcessHandle process : processes) {
      process.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void killing_an_environment_costs_the_request_that_it_has(Emulation emulation) throws Exception {
    try (var lambda = start(options(emulation))) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      var function = lambda.functions().getFirst();
      signal("STOP", function);
      var held = lambda.later("/customer/1");
      lambda.await("running", 1);
      function.destroyForcibly();
      var broken = held.get(60, TimeUnit.SECONDS);
      assertThat(broken.statusCode()).isEqualTo(502);
      assertThat(broken.headers().firstValue("content-type")).hasValue("application/json");
      for (int id = 0; id < 20; id++) {
        assertThat(lambda.ask("GET", "/customer/" + id).statusCode()).isEqualTo(200);
      }
      assertThat(lambda.counts().toString()).isEqualTo("{\"started\":2,\"coldStarts\":2,"
          + "\"throttled\":0,\"failed\":1,\"running\":0,\"idle\":1}");
    }
  }

  @Test
  void one_that_dies_while_it_is_idle_costs_no_request() throws Exception {
    try (var lambda = start(options(Emulation.OWN))) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      var processes = lambda.processes();
      lambda.functions().getFirst().destroyForcibly();
      for (ProcessHandle process : processes) {
        process.onExit().get(60, TimeUnit.SECONDS);
      }
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      assertThat(lambda.counts().get("failed").asLong()).isZero();
      assertThat(lambda.counts().get("coldStarts").asLong()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void one_that_is_idle_for_too_long_ends(Emulation emulation) throws Exception {
    try (var lambda = start(options(emulation).withScale(1, Duration.ofMillis(200)))) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      lambda.await("idle", 0);
      for (ProcessHandle process : lambda.processes()) {
        process.onExit().get(60, TimeUnit.SECONDS);
      }
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      assertThat(lambda.counts().get("coldStarts").asLong()).isEqualTo(2);
    }
  }

  @Test
  void a_function_that_does_not_answer_in_time_is_a_504_and_is_replaced() throws Exception {
    try (var lambda = start(options(Emulation.OWN).withTimeout(Duration.ofSeconds(3)))) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      var function = lambda.functions().getFirst();
      signal("STOP", function);
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(504);
      signal("CONT", function);
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
      assertThat(lambda.counts().get("failed").asLong()).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_function_that_cannot_start_is_a_502_with_its_reason_in_the_log(Emulation emulation)
      throws Exception {
    var broken = options(emulation).withEnvironment(Map.of("MUSTER_CACHE", "127.0.0.1:11211"));
    try (var lambda = start(broken)) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(502);
      assertThat(lambda.counts().get("failed").asLong()).isOne();
      assertThat(lambda.counts().get("idle").asLong()).isZero();
    }
    assertThat(broken.log()).content().contains("MUSTER_CACHE is set without MUSTER_DB_URL");
  }

  @Test
  void a_function_of_snap_start_answers_after_its_snapshot() throws Exception {
    var snapshot = options(Emulation.OWN)
        .withEnvironment(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));
    try (var lambda = start(snapshot)) {
      assertThat(lambda.ask("GET", "/customer/1").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void an_emulator_that_is_not_there_and_a_port_in_use_are_named() throws Exception {
    var nowhere = options(Emulation.OWN).withEmulator(Optional.of(folder.resolve("nowhere")));
    assertThatThrownBy(() -> start(nowhere)).hasMessageContaining("there is no program " + folder);
    try (var lambda = start(options(Emulation.OWN))) {
      assertThatThrownBy(() -> LambdaUnderTest.start(options(Emulation.OWN), lambda.port()))
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("is in use; choose another with --port");
    }
  }

  private FunctionOptions options(Emulation emulation) {
    return FunctionOptions.defaults(folder.resolve("function.log"))
        .withEmulator(emulation.emulator());
  }

  private static LambdaUnderTest start(FunctionOptions options) {
    return LambdaUnderTest.start(options, 0);
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
