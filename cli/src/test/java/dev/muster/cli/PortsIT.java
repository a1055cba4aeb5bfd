package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Fingerprint;
import dev.muster.trust.Holder;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.EnrolRequest;
import dev.muster.v1.EnrolServiceGrpc;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.ListRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes to a coordinator's port, with TLS as usual and without: the run that goes on goes on, and in
 * the end nothing of it is missing.
 */
@SuppressWarnings("NullAway.Init")
@Timeout(300)
class PortsIT {

  private static OngoingRun secured;
  private static OngoingRun open;

  @BeforeAll
  static void begin(@TempDir Path folder) throws IOException {
    secured = new OngoingRun(folder.resolve("secured"), true);
    open = new OngoingRun(folder.resolve("open"), false);
  }

  @AfterEach
  void all_goes_on() {
    both().forEach(OngoingRun::goesOn);
  }

  @AfterAll
  static void end() {
    try {
      both().forEach(OngoingRun::endsWell);
    } finally {
      both().forEach(OngoingRun::close);
    }
  }

  static Stream<OngoingRun> both() {
    return Stream.of(secured, open);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void bytes_at_random_end_their_own_connection_only(OngoingRun run) throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(1, 10_000)];
      random.nextBytes(bytes);
      try (RawLink link = RawLink.bare(run.port())) {
        link.write(bytes);
      }
    }
    for (int seed = 0; seed < 5; seed++) {
      try (RawLink link = RawLink.bare(run.port())) {
        byte[] bytes = new byte[10_000];
        new Random(seed).nextBytes(bytes);
        assertThat(link.write(bytes).readToEnd()).as("seed " + seed).hasSizeLessThan(1_000);
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void who_speaks_http_1_is_not_answered_in_it(OngoingRun run) throws IOException {
    try (RawLink link = RawLink.bare(run.port())) {
      link.write("GET /muster.v1.ControlService/List HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(link.readToEnd()).doesNotContain("200 OK", "steady");
    }
  }

  @Test
  void over_tls_neither() throws IOException {
    try (RawLink link = RawLink.tls(secured.port(), null)) {
      link.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(link.readToEnd()).doesNotContain("200 OK", "steady");
    }
  }

  @Test
  void who_shows_no_certificate_or_that_of_another_authority_is_told_so() {
    Authority other = Authority.inMemory(Lives.USUAL, InstantSource.system());
    var foreign = other.credential(new Holder(Role.OPERATOR, "mallory"));
    var own = secured.credential(Role.OPERATOR, "zoe");
    var believing = new Credential(
        foreign.key(), foreign.chain(), own.authorities(), true);
    assertThat(refusalOfList(Dialer.mutual(new LiveCredential(believing))).getDescription())
        .startsWith("your certificate is not of this coordinator's authority");
    assertThat(
        refusalOfList(Dialer.pinned(Fingerprint.of(own.authorities().getFirst())))
            .getDescription())
        .startsWith("no certificate was shown");
  }

  private static Status refusalOfList(Dialer dialer) {
    return refusal(
        secured, dialer,
        channel -> ControlServiceGrpc.newBlockingStub(channel)
            .list(ListRequest.getDefaultInstance()));
  }

  /** A call, of which the answer does not matter. */
  private interface Call {
    Object on(ManagedChannel channel);
  }

  private static Status refusal(OngoingRun run, Dialer dialer, Call call) {
    ManagedChannel channel = dialer.dial("127.0.0.1", run.port()).build();
    try {
      return catchThrowableOfType(StatusRuntimeException.class, () -> {
        var _ = call.on(channel);
      }).getStatus();
    } finally {
      channel.shutdownNow();
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void a_message_that_is_cut_off_at_any_byte_harms_nobody(OngoingRun run) throws IOException {
    byte[] hello = JoinRequest.newBuilder()
        .setHello(
            Hello.newBuilder()
                .setWorkerId("cut")
                .setWorkerName("cut")
                .setProtocolVersion(1))
        .build()
        .toByteArray();
    for (int length = 0; length < hello.length; length++) {
      try (RawLink link = RawLink.ofWorker(run, "cut")) {
        link.call("ClusterService/Join")
            .data(RawLink.prefix(hello.length))
            .data(Arrays.copyOf(hello, length));
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void a_message_that_is_none_ends_its_stream_only(OngoingRun run) throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      byte[] bytes = new byte[100];
      new Random(seed).nextBytes(bytes);
      try (RawLink link = RawLink.ofWorker(run, "odd")) {
        link.call("ClusterService/Join").data(RawLink.prefix(bytes.length)).data(bytes);
        link.awaitEndOfCall();
      }
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void a_message_that_says_it_is_too_long_is_refused_before_it_comes(OngoingRun run)
      throws IOException {
    try (RawLink link = RawLink.ofWorker(run, "large")) {
      link.call("ClusterService/Join").data(RawLink.prefix((64 << 20) + 1)).awaitEndOfCall();
    }
  }

  @Test
  void who_has_not_been_let_in_is_heard_for_no_longer_than_a_handshake_needs() {
    var own = secured.credential(Role.OPERATOR, "zoe");
    Status status = refusal(
        secured, Dialer.pinned(Fingerprint.of(own.authorities().getFirst())),
        channel -> EnrolServiceGrpc.newBlockingStub(channel)
            .enrol(
                EnrolRequest.newBuilder()
                    .setPass(ByteString.copyFrom(new byte[10 << 20]))
                    .build()));
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void headers_without_end_are_refused(OngoingRun run) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "a".repeat(100_000));
    Status status = refusal(
        run, run.dialer(Role.OPERATOR, "zoe"),
        channel -> ControlServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .list(ListRequest.getDefaultInstance()));
    assertThat(status.getCode())
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INTERNAL, Status.Code.UNAVAILABLE);
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void those_who_connect_and_say_nothing_are_sent_away_and_keep_nobody_out(OngoingRun run)
      throws IOException {
    var silent = new ArrayList<RawLink>();
    // Of three times as many as there may be, the eldest go at once, the rest when patience ends.
    for (int connection = 0; connection < 150; connection++) {
      silent.add(RawLink.bare(run.port()));
      if (connection % 50 == 49) {
        run.goesOn();
        assertThat(commandIsAnswered(run)).isTrue();
      }
    }
    for (RawLink each : silent) {
      assertThat(each.readToEnd()).hasSizeLessThan(100);
      each.close();
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void those_who_say_a_byte_now_and_then_too(OngoingRun run) throws IOException {
    try (RawLink slow = RawLink.bare(run.port())) {
      byte[] begin = run.isSecured()
          ? new byte[]{0x16, 3, 1, 2, 0, 1, 0}
          : "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);
      for (byte each : begin) {
        slow.write(new byte[]{each});
        run.goesOn();
      }
      assertThat(slow.readToEnd()).hasSizeLessThan(100);
    } catch (SocketException e) {
      assertThat(e).as("it was closed while it wrote").isNotNull();
    }
  }

  /** Numbers of RFC 9113, 6.5.2. */
  @ParameterizedTest(autoCloseArguments = false)
  @CsvSource({"3, 100", "4, 262144", "6, 8192"})
  void how_many_calls_and_bytes_and_how_long_headers_may_be_is_told(int setting, long told)
      throws IOException {
    try (RawLink link = RawLink.ofWorker(open, "told")) {
      assertThat(link.call("ClusterService/Join").toldSetting(setting)).isEqualTo(told);
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void one_call_more_than_a_connection_may_have_is_refused_and_the_others_are_not(OngoingRun run)
      throws IOException {
    try (RawLink link = RawLink.ofWorker(run, "many")) {
      link.call("ClusterService/Join");
      for (int call = 1; call <= 100; call++) {
        link.call("ClusterService/Join", 2 * call + 1);
      }
      link.awaitEndOfCall(201);
      link.data(RawLink.prefix(1)).data(new byte[]{0}).awaitEndOfCall();
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void who_gives_up_call_after_call_is_sent_away(OngoingRun run) throws IOException {
    try (RawLink link = RawLink.ofWorker(run, "fickle")) {
      link.call("ClusterService/Join");
      for (int call = 1; call <= 201; call++) {
        link.call("ClusterService/Join", 2 * call + 1).reset(2 * call + 1);
      }
      assertThat(link.awaitGoAway()).contains("too_many_rststreams");
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("both")
  void who_asks_and_asks_whether_it_is_there_is_sent_away(OngoingRun run) throws IOException {
    try (RawLink link = RawLink.ofWorker(run, "anxious")) {
      link.call("ClusterService/Join");
      for (int ping = 0; ping < 5; ping++) {
        link.ping();
      }
      assertThat(link.awaitGoAway()).contains("too_many_pings");
    }
  }

  @Test
  void who_asks_for_nothing_any_more_and_who_does_not_answer_are_sent_away() throws IOException {
    try (RawLink idle = RawLink.bare(open.port()); RawLink dead = RawLink.bare(open.port())) {
      dead.call("ClusterService/Join");
      idle.call("ControlService/List").emptyMessage().awaitEndOfCall();

      assertThat(idle.awaitGoAway()).contains("max_idle");
      dead.readToEnd();
    }
  }

  private static boolean commandIsAnswered(OngoingRun run) {
    ManagedChannel channel = run.dialer(Role.OPERATOR, "zoe")
        .dial("127.0.0.1", run.port())
        .build();
    try {
      List<String> workers = ControlServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(Duration.ofSeconds(60))
          .list(ListRequest.getDefaultInstance())
          .getWorkersList();
      return workers.contains("steady");
    } finally {
      channel.shutdownNow();
    }
  }
}
