package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.TlsOptions;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker's own target, as a worker meets it. */
class StandInTest {

  private static final Step.Request POST = new Step.Request(
      Step.Method.POST, Template.literal("/"), "/", List.of(),
      Template.literal("0123456789".repeat(2_000)), null, List.of());

  private static final Transport WITHOUT_EPOLL = new Transport(
      NioIoHandler.newFactory(), NioSocketChannel.class, NioServerSocketChannel.class);

  @ParameterizedTest
  @CsvSource({"false,HTTP_1_1", "true,HTTP_1_1", "false,HTTP_2", "true,HTTP_2"})
  void every_request_is_answered_however_it_travels(boolean overTls, Version version)
      throws IOException {
    assertThatAllIsAnswered(Transport.best(), overTls, version);
  }

  @ParameterizedTest
  @CsvSource({"false,HTTP_1_1", "true,HTTP_1_1", "false,HTTP_2", "true,HTTP_2"})
  void so_it_is_where_the_kernel_has_no_epoll(boolean overTls, Version version)
      throws IOException {
    assertThatAllIsAnswered(WITHOUT_EPOLL, overTls, version);
  }

  private static void assertThatAllIsAnswered(
      Transport transport, boolean overTls, Version version) throws IOException {
    for (Connections policy : Connections.values()) {
      StandIn standIn = StandIn.open(transport, overTls, version);
      var outcome = Loads.of(
          Plans.of(get("/"), POST)
              .target(standIn.address().toString())
              .tls(new TlsOptions(null, true))
              .version(version)
              .connections(policy)
              .users(3)
              .lasting(Duration.ofMillis(200)),
          standIn::close)
          .withoutFailure();

      assertThat(outcome.bodyBytes() % outcome.answered()).isZero();
      assertThat(outcome.bodyBytes()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"false,http", "true,https"})
  void it_listens_on_this_machine_only(boolean overTls, String scheme) throws IOException {
    try (var standIn = StandIn.open(overTls, Version.HTTP_1_1)) {
      assertThat(standIn.address()).hasScheme(scheme).hasHost("127.0.0.1");
    }
  }

  @ParameterizedTest
  @CsvSource({"false,HTTP_1_1", "true,HTTP_1_1", "false,HTTP_2", "true,HTTP_2"})
  void whoever_is_there_when_it_closes_is_shown_out(boolean overTls, Version version)
      throws IOException {
    for (int time = 0; time < 20; time++) {
      var guests = new ArrayList<Socket>();
      try {
        try (var standIn = StandIn.open(overTls, version)) {
          for (int guest = 0; guest < 5; guest++) {
            var socket = new Socket(standIn.address().getHost(), standIn.address().getPort());
            socket.setSoTimeout(10_000);
            guests.add(socket);
            socket.getOutputStream().write("GET ".getBytes(StandardCharsets.US_ASCII));
          }
        }
        for (Socket guest : guests) {
          assertThat(isShownOut(guest)).isTrue();
        }
      } finally {
        for (Socket guest : guests) {
          guest.close();
        }
      }
    }
  }

  private static boolean isShownOut(Socket guest) {
    try {
      byte[] _ = guest.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      // Not everybody had been let in.
      return true;
    }
  }
}
