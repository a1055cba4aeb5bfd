package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CountsTest {
  private static final String NO_FAULTS = "\"faults\":{\"queued\":0,\"delayed\":0,\"frozen\":0,"
      + "\"failed\":0,\"closedEarly\":0,\"garbled\":0,\"slowed\":0,\"abandoned\":0}}";

  private final TargetService target = TargetService
      .start(TargetOptions.defaults().withPorts(0, 0));
  private final Client client = new Client(target.port());
  private final Client admin = new Client(target.adminPort());

  @AfterAll
  void stop() {
    target.close();
  }

  @BeforeEach
  void reset() throws IOException {
    assertThat(admin.ask("POST", "/counts/reset").body())
        .isEqualTo("{\"received\":0,\"answered\":0,\"routes\":[]," + NO_FAULTS);
  }

  @Test
  void answers_are_counted_by_route_and_status() throws IOException {
    client.get("/");
    client.get("/customer/1");
    client.get("/customer/2");
    client.get("/customer/5000");
    client.get("/customerdata/abc");
    client.get("/customerdata/1/2");
    client.ask("POST", "/customerdata/1");
    assertThat(counts()).isEqualTo("""
        {"received":7,"answered":7,"routes":[\
        {"route":"/","status":200,"count":1},\
        {"route":"/customer/{id}","status":200,"count":2},\
        {"route":"/customer/{id}","status":404,"count":1},\
        {"route":"/customerdata/{id}","status":400,"count":1},\
        {"route":"/customerdata/{id}","status":405,"count":1},\
        {"route":"other","status":404,"count":1}],""" + NO_FAULTS);
  }

  @Test
  void a_request_that_nobody_can_read_is_counted_under_other() throws IOException {
    assertThat(client.send("nonsense\r\n\r\n").status()).isEqualTo(400);
    assertThat(counts()).isEqualTo(
        "{\"received\":1,\"answered\":1,\"routes\":[{\"route\":\"other\",\"status\":400,\"count\":1}],"
            + NO_FAULTS);
  }

  @Test
  void whoever_has_a_whole_answer_finds_it_counted() throws IOException {
    for (int answered = 1; answered <= 300; answered++) {
      client.get("/customer/" + answered);
      assertThat(counts())
          .startsWith("{\"received\":" + answered + ",\"answered\":" + answered + ",");
    }
  }

  @Test
  void many_clients_at_once_are_counted_to_the_request() throws Exception {
    int clients = 100;
    int each = 30;
    var work = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < clients; i++) {
      int first = i * each;
      work.add(() -> {
        int whole = 0;
        for (int id = first; id < first + each; id++) {
          whole += client.get("/customerdata/" + id).json().get("Measures").size() == 10 ? 1 : 0;
        }
        return whole;
      });
    }
    int whole = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(work)) {
        whole += done.get();
      }
    }
    assertThat(whole).isEqualTo(clients * each);
    assertThat(counts()).isEqualTo("{\"received\":3000,\"answered\":3000,\"routes\":["
        + "{\"route\":\"/customerdata/{id}\",\"status\":200,\"count\":3000}]," + NO_FAULTS);
  }

  private String counts() throws IOException {
    return admin.get("/counts").body();
  }
}
