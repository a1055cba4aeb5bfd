package dev.muster.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.target.faults.Faults;
import dev.muster.target.store.CustomerSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StartTest {
  private static final TargetOptions ANY_PORT = TargetOptions.defaults().withPorts(0, 0);

  @Test
  void the_defaults_are_those_of_the_published_experiment() {
    assertThat(TargetOptions.defaults()).isEqualTo(new TargetOptions("127.0.0.1", 10_000, 10_900,
        16_384, false, Duration.ofSeconds(5), Duration.ofSeconds(10), new CustomerSource.Memory(),
        Faults.NONE));
  }

  @Test
  void a_port_in_use_is_one_sentence_that_names_the_cure() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> TargetService.start(ANY_PORT.withPorts(port, 0)))
          .isInstanceOf(TargetException.class)
          .hasMessage("port " + port + " on 127.0.0.1 is in use; choose another with --port");
      assertThatThrownBy(() -> TargetService.start(ANY_PORT.withPorts(0, port)))
          .isInstanceOf(TargetException.class)
          .hasMessage("port " + port + " on 127.0.0.1 is in use; choose another with --admin-port");
    }
  }

  @Test
  void an_address_of_another_machine_is_refused() {
    assertThatThrownBy(() -> TargetService.start(ANY_PORT.withHost("192.0.2.1")))
        .isInstanceOf(TargetException.class)
        .hasMessageStartingWith("cannot listen on port 0 of");
  }

  @Test
  void a_port_is_free_again_after_closing() throws IOException {
    var first = TargetService.start(ANY_PORT);
    new Client(first.port()).get("/");
    first.close();
    try (var second = TargetService.start(ANY_PORT.withPorts(first.port(), first.adminPort()))) {
      assertThat(new Client(second.port()).get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void closing_does_not_wait_for_clients_that_keep_their_connections() throws IOException {
    var target = TargetService.start(ANY_PORT.withKeepAlive(true));
    try (var socket = new Client(target.port()).open()) {
      Client.write(socket, Client.request("GET", "/", ""));
      assertThat(Client.readOne(socket).status()).isEqualTo(200);
      target.close();
      assertThat(Client.readToEnd(socket)).isEmpty();
    }
  }

  @Test
  void nothing_is_logged_on_start_and_on_closing() {
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(lines);
    try {
      TargetService.start(ANY_PORT).close();
    } finally {
      root.detachAppender(lines);
    }
    assertThat(lines.list).isEmpty();
  }

  @Test
  void options_out_of_range_are_refused() {
    for (Runnable wrong : List.<Runnable>of(
        () -> ANY_PORT.withPorts(-1, 0), () -> ANY_PORT.withPorts(0, 65_536),
        () -> ANY_PORT.withBacklog(0),
        () -> ANY_PORT.withTimeouts(Duration.ZERO, Duration.ofSeconds(1)))) {
      assertThatThrownBy(wrong::run).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
