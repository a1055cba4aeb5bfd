package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue in front of the servers; each test has a service of its own, as they keep servers busy. */
@Timeout(60)
class CapacityTest {
  private static final String ONE = "{\"Id\":0,\"Surname\":\"Herrmann\",\"Givenname\":\"Alma\"}";

  private final TargetService target = TargetService
      .start(TargetOptions.defaults().withPorts(0, 0));
  private final Client client = new Client(target.port());
  private final Admin admin = new Admin(target.adminPort());

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void who_finds_all_servers_busy_waits_until_there_are_more() throws IOException {
    admin.set("capacity=1&delay=1h");
    var waiting = new ArrayList<Socket>();
    try (var served = ask()) {
      admin.await("delayed", 1);
      for (int i = 0; i < 5; i++) {
        waiting.add(ask());
      }
      admin.await("queued", 5);
      assertThat(admin.faults("delayed")).isEqualTo(1);
      admin.set("capacity=2");
      for (var socket : waiting) {
        assertThat(Client.readToEnd(socket)).endsWith(ONE);
      }
      assertThat(served.getInputStream().available()).isZero();
      // The one server that is left free is enough for any number, one after the other.
      assertThat(client.get("/customer/0").body()).isEqualTo(ONE);
    } finally {
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void turning_all_faults_off_lets_the_whole_queue_go() throws IOException {
    admin.set("capacity=1&delay=1h");
    try (var served = ask()) {
      admin.await("delayed", 1);
      try (var second = ask(); var third = ask()) {
        admin.await("queued", 2);
        admin.client().ask("DELETE", "/faults");
        assertThat(Client.readToEnd(second)).endsWith(ONE);
        assertThat(Client.readToEnd(third)).endsWith(ONE);
        assertThat(served.getInputStream().available()).isZero();
      }
    }
  }

  @Test
  void a_client_that_leaves_while_it_waits_is_counted_and_holds_nobody_up() throws IOException {
    admin.set("capacity=1&delay=1h");
    try (var served = ask()) {
      admin.await("delayed", 1);
      var leaving = ask();
      admin.await("queued", 1);
      // Closing so resets the connection; an ordinary end could be that of the output alone.
      leaving.setSoLinger(true, 0);
      leaving.close();
      admin.await("abandoned", 1);
      admin.set("capacity=2");
      assertThat(client.get("/customer/0").body()).isEqualTo(ONE);
      assertThat(served.getInputStream().available()).isZero();
    }
  }

  private Socket ask() throws IOException {
    var socket = client.open();
    Client.write(socket, Client.request("GET", "/customer/0", ""));
    return socket;
  }
}
