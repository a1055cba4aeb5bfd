package dev.muster.target.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReservedPortsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void a_server_can_listen_on_a_reserved_port_time_and_again() throws IOException {
    try (var ports = new ReservedPorts()) {
      int port = ports.any();
      for (int start = 0; start < 3; start++) {
        listen(port);
      }
    }
  }

  @Test
  void no_connection_can_have_a_reserved_port_before_its_server_starts() throws IOException {
    try (var ports = new ReservedPorts(); var connection = new Socket()) {
      int port = ports.any();
      assertThatThrownBy(() -> connection.bind(new InetSocketAddress(HERE, port)))
          .isInstanceOf(BindException.class);
    }
  }

  @Test
  void none_is_given_twice_to_whom_ever() {
    try (var some = new ReservedPorts(); var others = new ReservedPorts()) {
      var given = new HashSet<Integer>();
      for (int i = 0; i < 200; i++) {
        assertThat(given.add(some.any())).isTrue();
        assertThat(given.add(others.any())).isTrue();
      }
    }
  }

  @Test
  void a_port_where_somebody_listens_cannot_be_claimed() throws IOException {
    try (var taken = new ServerSocket(0, 1, HERE); var ports = new ReservedPorts()) {
      assertThatThrownBy(() -> ports.claim(HERE, taken.getLocalPort(), "--port"))
          .isInstanceOf(ProcessException.class)
          .hasMessage("port " + taken.getLocalPort()
              + " on 127.0.0.1 is in use; choose another with --port");
    }
  }

  @Test
  void a_port_that_is_claimed_twice_is_told_with_the_second_flag() {
    try (var ports = new ReservedPorts()) {
      int port = ports.any();
      assertThatThrownBy(() -> ports.claim(HERE, port, "--admin-port"))
          .isInstanceOf(ProcessException.class)
          .hasMessage(
              "port " + port + " is asked for twice; choose another with --admin-port");
    }
  }

  @Test
  void what_is_given_back_is_free() throws IOException {
    int port;
    try (var ports = new ReservedPorts()) {
      port = ports.any();
    }
    try (var ports = new ReservedPorts()) {
      ports.claim(HERE, port, "--port");
      listen(port);
    }
  }

  private static void listen(int port) throws IOException {
    try (var server = new ServerSocket(port, 1, HERE); var _ = new Socket(HERE, port)) {
      assertThat(server.accept().isConnected()).isTrue();
    }
  }
}
