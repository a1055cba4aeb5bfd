package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.faults.Faults;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sees of each fault, held against what the service counts. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsOverTheWireTest {
  private static final String ONE = "{\"Id\":0,\"Surname\":\"Herrmann\",\"Givenname\":\"Alma\"}";
  private static final String GET = Client.request("GET", "/customer/0", "");

  private final TargetService target = TargetService
      .start(TargetOptions.defaults().withPorts(0, 0));
  private final Client client = new Client(target.port());
  private final Admin admin = new Admin(target.adminPort());

  @AfterAll
  void stop() {
    target.close();
  }

  @BeforeEach
  void reset() throws IOException {
    assertThat(admin.client().ask("DELETE", "/faults").body()).isEqualTo("{}");
    admin.client().ask("POST", "/counts/reset");
  }

  @Test
  void a_service_may_misbehave_from_the_start() throws IOException {
    try (var failing = TargetService.start(TargetOptions.defaults()
        .withPorts(0, 0)
        .withFaults(Faults.of(Map.of("fail", "100%"))))) {
      assertThat(new Client(failing.port()).get("/customer/0").status()).isEqualTo(500);
      assertThat(new Client(failing.adminPort()).get("/faults").body())
          .isEqualTo("{\"fail\":\"100%\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "delay=27ms±5ms&fail=1%25|{\"delay\":\"27ms±5ms\",\"fail\":\"1%\"}",
      "delay=27ms%C2%B15ms&fail=1%|{\"delay\":\"27ms±5ms\",\"fail\":\"1%\"}",
      "delay=27ms+-5ms|{\"delay\":\"27ms±5ms\"}",
      "delay=22ms..32ms&capacity=4|{\"delay\":\"27ms±5ms\",\"capacity\":\"4\"}",
      "close%2Dearly|{\"close-early\":\"100%\"}", "slow-body=&|{\"slow-body\":\"1s\"}",
      "freeze=1s/5s&garbage=0.5%|{\"freeze\":\"1s/5s\",\"garbage\":\"0.5%\"}", "''|{}"})
  void a_put_replaces_all_of_them(String query, String shown) throws IOException {
    admin.set("capacity=77");
    assertThat(admin.client().ask("PUT", "/faults?" + query).body()).isEqualTo(shown);
    assertThat(admin.client().get("/faults").body()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "fail=2|fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"2\")",
      "fail=1%&fail=2%|fail is given twice; give it once", "latency=1s|there is no fault named",
      "close-early&garbage|fail, close-early and garbage must be at most 100% together",
      "delay=%FF|delay must be a time"})
  void a_put_with_a_mistake_changes_nothing_and_says_what_is_expected(
      String query, String sentence) throws IOException {
    admin.set("capacity=77");
    var reply = admin.client().ask("PUT", "/faults?" + query);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("error").asString()).startsWith(sentence);
    assertThat(admin.client().get("/faults").body()).isEqualTo("{\"capacity\":\"77\"}");
  }

  @Test
  void another_method_is_a_405_that_names_the_right_ones() throws IOException {
    assertThat(admin.client().ask("POST", "/faults").head()).contains(" 405 ",
        "Allow: GET, PUT, DELETE");
  }

  @Test
  void an_answer_that_is_to_fail_is_a_500_with_a_reason() throws IOException {
    admin.set("fail=100%");
    var reply = client.get("/customer/0");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.json().get("error").asString()).isEqualTo("this failure was asked for");
    var counts = admin.counts();
    assertThat(counts.get("routes").toString())
        .isEqualTo("[{\"route\":\"/customer/{id}\",\"status\":500,\"count\":1}]");
    assertThat(admin.faults("failed")).isEqualTo(1);
  }

  @Test
  void an_answer_that_is_closed_early_ends_in_the_middle_of_its_body() throws IOException {
    admin.set("close-early");
    var reply = client.get("/customer/0");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.head()).contains("Content-Length: " + ONE.length());
    assertThat(reply.body()).isEqualTo(ONE.substring(0, ONE.length() / 2));
    assertUnanswered("closedEarly");
  }

  @Test
  void an_answer_without_a_body_that_is_closed_early_ends_in_its_head() throws IOException {
    admin.set("close-early");
    try (var socket = client.open()) {
      Client.write(socket, Client.request("HEAD", "/customer/0", ""));
      assertThat(Client.readToEnd(socket)).startsWith("HTTP/1.1 405").doesNotContain("\r\n\r\n");
    }
    assertUnanswered("closedEarly");
  }

  @Test
  void garbage_is_not_http() throws IOException {
    admin.set("garbage");
    try (var socket = client.open()) {
      Client.write(socket, GET);
      assertThat(Client.readToEnd(socket)).isNotEmpty().doesNotContain("HTTP");
    }
    assertUnanswered("garbled");
  }

  @Test
  void a_slow_body_comes_whole_but_later_than_its_head() throws IOException {
    admin.set("slow-body=1h");
    try (var slow = client.open()) {
      Client.write(slow, GET);
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) slow.getInputStream().read());
      }
      assertThat(head).startsWith("HTTP/1.1 200 OK").contains("Content-Length: " + ONE.length());
      assertThat(slow.getInputStream().available()).isZero();
      assertThat(admin.faults("slowed")).isEqualTo(1);
    }
    admin.set("slow-body=20ms");
    assertThat(client.get("/customer/0").body()).isEqualTo(ONE);
    assertThat(admin.faults("slowed")).isEqualTo(2);
    assertThat(admin.counts().get("answered").asInt()).isEqualTo(1);
  }

  @Test
  void a_delayed_request_is_held_back_while_others_pass() throws IOException {
    admin.set("delay=1h");
    try (var held = ask()) {
      admin.await("delayed", 1);
      admin.set("delay=1ms±1ms");
      assertThat(client.get("/customer/0").body()).isEqualTo(ONE);
      assertThat(held.getInputStream().available()).isZero();
      var counts = admin.counts();
      assertThat(admin.faults("delayed")).isEqualTo(2);
      assertThat(counts.get("received").asInt()).isEqualTo(2);
      assertThat(counts.get("answered").asInt()).isEqualTo(1);
    }
  }

  @Test
  void while_all_is_frozen_no_answer_leaves() throws IOException {
    admin.set("freeze=59m/1h");
    try (var held = ask()) {
      admin.await("frozen", 1);
      assertThat(held.getInputStream().available()).isZero();
      admin.set("freeze=1ms/2ms");
      assertThat(client.get("/customer/0").body()).isEqualTo(ONE);
    }
  }

  @Test
  void a_mixture_is_counted_to_the_request_as_the_clients_saw_it() throws Exception {
    admin.set("delay=1ms±1ms&capacity=3&fail=20%&close-early=20%&garbage=20%&slow-body=2ms"
        + "&freeze=1ms/3ms");
    var work = new ArrayList<Callable<String>>();
    for (int i = 0; i < 300; i++) {
      work.add(this::outcome);
    }
    var seen = new TreeMap<String, Integer>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (var done : threads.invokeAll(work)) {
        seen.merge(done.get(), 1, Integer::sum);
      }
    }
    var counts = admin.counts();
    var faults = counts.get("faults");
    assertThat(seen).isEqualTo(new TreeMap<>(Map.of(
        "whole", counts.get("answered").asInt() - faults.get("failed").asInt(),
        "failed", faults.get("failed").asInt(),
        "part", faults.get("closedEarly").asInt(),
        "garbage", faults.get("garbled").asInt())));
    assertThat(counts.get("received").asInt()).isEqualTo(300);
    assertThat(faults.get("delayed").asInt()).isEqualTo(300);
    assertThat(faults.get("slowed").asInt()).isEqualTo(counts.get("answered").asInt());
    admin.client().ask("POST", "/counts/reset");
    assertThat(admin.faults("queued")).isEqualTo(0);
    assertThat(admin.counts().get("received").asInt()).isZero();
  }

  private String outcome() throws IOException {
    try (var socket = client.open()) {
      Client.write(socket, GET);
      var text = Client.readToEnd(socket);
      if (!text.startsWith("HTTP/1.1 ")) {
        return "garbage";
      }
      return !text.endsWith("}") ? "part" : text.endsWith(ONE) ? "whole" : "failed";
    }
  }

  private Socket ask() throws IOException {
    var socket = client.open();
    Client.write(socket, GET);
    return socket;
  }

  private void assertUnanswered(String fault) throws IOException {
    var counts = admin.counts();
    assertThat(counts.get("received").asInt()).isEqualTo(1);
    assertThat(counts.get("answered").asInt()).isZero();
    assertThat(admin.faults(fault)).isEqualTo(1);
  }
}
