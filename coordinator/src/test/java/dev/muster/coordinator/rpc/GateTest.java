package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.Door;
import dev.muster.coordinator.ServedDistribution;
import dev.muster.coordinator.store.Store;
import dev.muster.trust.Authority;
import dev.muster.trust.Credential;
import dev.muster.trust.Holder;
import dev.muster.trust.JoinToken;
import dev.muster.trust.KeyPairs;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Lives;
import dev.muster.trust.Role;
import dev.muster.trust.TrustProblem;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.Enrolment;
import dev.muster.v1.BillRequest;
import dev.muster.v1.ClusterServiceGrpc;
import dev.muster.v1.ControlServiceGrpc;
import dev.muster.v1.ControlServiceGrpc.ControlServiceBlockingStub;
import dev.muster.v1.EnrolRequest;
import dev.muster.v1.EnrolServiceGrpc;
import dev.muster.v1.EnrolServiceGrpc.EnrolServiceBlockingStub;
import dev.muster.v1.ExpectRequest;
import dev.muster.v1.ExpectResponse;
import dev.muster.v1.FetchRequest;
import dev.muster.v1.FindDistributionRequest;
import dev.muster.v1.FindDistributionResponse;
import dev.muster.v1.FollowRequest;
import dev.muster.v1.ListRequest;
import dev.muster.v1.MakeTokenRequest;
import dev.muster.v1.MakeTokenResponse;
import dev.muster.v1.PauseRequest;
import dev.muster.v1.RenewRequest;
import dev.muster.v1.ResumeRequest;
import dev.muster.v1.RevokeRequest;
import dev.muster.v1.ScaleRequest;
import dev.muster.v1.ShowRequest;
import dev.muster.v1.StopRequest;
import dev.muster.v1.SubmitRequest;
import dev.muster.v1.VoidTokenRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what, over real TLS. */
@SuppressWarnings("NullAway.Init")
class GateTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final ServedDistribution SERVED = new ServedDistribution(7401, "ab".repeat(32));
  private static final Holder A = new Holder(Role.WORKER, "a");

  @TempDir
  Path data = Path.of("");

  private final List<ManagedChannel> channels = new ArrayList<>();
  private Authority authority;
  private Store store;
  private CoordinatorServer server;

  @BeforeEach
  void start() throws IOException {
    authority = authority(InstantSource.system());
    start(new Door.Own(authority, Optional.of(data.resolve("trust"))));
  }

  private void start(Door door) throws IOException {
    var options = new CoordinatorOptions("127.0.0.1", 0, data).with(SERVED);
    store = Store.open(options.storeFile());
    server = new CoordinatorServer(
        options, door, store, Executors.newSingleThreadExecutor());
  }

  /** The same authority, by another clock. */
  private Authority authority(InstantSource clock) throws IOException {
    return Authority.in(data.resolve("trust"), Lives.USUAL, clock);
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
    store.close();
  }

  @Test
  void a_viewer_may_look_and_nothing_else() {
    ControlServiceBlockingStub viewer = control(person(Role.VIEWER));
    assertThat(viewer.list(ListRequest.getDefaultInstance()).getRunsList()).isEmpty();
    assertThat(viewer.findDistribution(FindDistributionRequest.getDefaultInstance()))
        .returns(7401, FindDistributionResponse::getPort)
        .returns(SERVED.sha256(), FindDistributionResponse::getSha256);
    assertEnds(
        Status.Code.NOT_FOUND, "",
        () -> viewer.show(ShowRequest.newBuilder().setRunId("x").build()));
    assertEnds(
        Status.Code.NOT_FOUND, "",
        () -> viewer.follow(FollowRequest.newBuilder().setExperimentId("x").build()).next());
    assertEnds(
        Status.Code.NOT_FOUND, "",
        () -> viewer.fetch(FetchRequest.newBuilder().setExperimentId("x").build()).next());
    assertEnds(
        Status.Code.PERMISSION_DENIED,
        "a viewer may not submit (your certificate is that of viewer zoe); that is for an operator",
        () -> viewer.submit(SubmitRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not stop",
        () -> viewer.stop(StopRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not scale",
        () -> viewer.scale(ScaleRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not pause",
        () -> viewer.pause(PauseRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not resume",
        () -> viewer.resume(ResumeRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not bill",
        () -> viewer.bill(BillRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a viewer may not revoke",
        () -> enrol(person(Role.VIEWER)).revoke(RevokeRequest.getDefaultInstance()));
  }

  @Test
  void limited_tokens_are_for_operators_alone() {
    for (Credential other : List.of(person(Role.VIEWER), credential(A))) {
      assertEnds(
          Status.Code.PERMISSION_DENIED, "may not make token (your certificate is that of ",
          () -> enrol(other).makeToken(MakeTokenRequest.getDefaultInstance()));
      assertEnds(
          Status.Code.PERMISSION_DENIED, "may not expect",
          () -> enrol(other).expect(ExpectRequest.getDefaultInstance()));
      assertEnds(
          Status.Code.PERMISSION_DENIED, "may not void token",
          () -> enrol(other).voidToken(VoidTokenRequest.getDefaultInstance()));
    }
    EnrolServiceBlockingStub operator = enrol(person(Role.OPERATOR));
    assertThat(operator.voidToken(VoidTokenRequest.getDefaultInstance()).getLived()).isFalse();
    assertEnds(
        Status.Code.FAILED_PRECONDITION, "no limited join token of this id lives",
        () -> operator.expect(ExpectRequest.getDefaultInstance()));
  }

  @Test
  void an_operator_cannot_make_another_by_a_token_nor_one_for_long() {
    EnrolServiceBlockingStub operator = enrol(person(Role.OPERATOR));
    for (Role role : List.of(Role.OPERATOR, Role.VIEWER)) {
      assertEnds(
          Status.Code.INVALID_ARGUMENT,
          "is made on the coordinator's machine only: muster coordinator token --role "
              + role.word(),
          () -> operator.makeToken(limited(1).setRole(role.word()).build()));
    }
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "no role is called king",
        () -> operator.makeToken(limited(1).setRole("king").build()));
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "24h at most",
        () -> operator.makeToken(
            limited(1).setValidMillis(Duration.ofHours(24).toMillis() + 1).build()));
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "1 to 10000 uses",
        () -> operator.makeToken(limited(0).build()));
  }

  @Test
  void of_twenty_who_enrol_at_once_as_many_are_let_in_as_was_said() throws Exception {
    JoinToken token = made(limited(5));
    var enrolment = new Enrolment("127.0.0.1", server.port());
    try (var threads = Executors.newFixedThreadPool(20)) {
      var answers = new ArrayList<Future<Boolean>>();
      for (int number = 0; number < 20; number++) {
        String name = "i-" + number;
        answers.add(threads.submit(() -> isLetIn(enrolment, token, name)));
      }
      int letIn = 0;
      for (Future<Boolean> each : answers) {
        letIn += each.get() ? 1 : 0;
      }
      assertThat(letIn).isEqualTo(5);
    }
  }

  private static boolean isLetIn(Enrolment enrolment, JoinToken token, String name)
      throws Enrolment.NotThere {
    try {
      return enrolment.enrol(token, name).holder().isPresent();
    } catch (TrustProblem e) {
      assertThat(e).hasMessageContaining("admits 5, and so many have enrolled with it");
      return false;
    }
  }

  @Test
  void a_limited_token_is_counted_on_by_the_next_coordinator_and_unknown_without_its_file()
      throws Exception {
    JoinToken token = made(limited(2));
    assertThat(new Enrolment("127.0.0.1", server.port()).enrol(token, "a").holder()).contains(A);
    startAgain();
    var enrolment = new Enrolment("127.0.0.1", server.port());
    assertThatThrownBy(() -> enrolment.enrol(token, "a")).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("admits each name once");
    enrolment.enrol(token, "b");
    assertThatThrownBy(() -> enrolment.enrol(token, "c"))
        .hasMessageContaining("so many have enrolled");
    JoinToken unused = made(limited(2));
    Files.delete(data.resolve("trust/limited"));
    startAgain();
    assertThatThrownBy(
        () -> new Enrolment("127.0.0.1", server.port()).enrol(unused, "a"))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("of which this coordinator knows nothing")
        .hasMessageContaining("muster workers token");
  }

  @Test
  void a_coordinator_that_cannot_read_what_was_used_does_not_start() throws Exception {
    made(limited(1));
    Path file = data.resolve("trust/limited");
    Files.writeString(file, Files.readString(file).replace("end\n", ""));
    server.close();
    store.close();
    assertThatThrownBy(
        () -> start(new Door.Own(authority, Optional.of(data.resolve("trust")))))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("is cut short.\n  Remove it");
  }

  @Test
  void a_limited_token_can_be_made_void() throws Exception {
    JoinToken token = made(limited(2));
    var enrolment = new Enrolment("127.0.0.1", server.port());
    Credential before = enrolment.enrol(token, "a");
    EnrolServiceBlockingStub operator = enrol(person(Role.OPERATOR));
    VoidTokenRequest request = VoidTokenRequest.newBuilder().setTokenId(token.id()).build();
    assertThat(operator.voidToken(request).getLived()).isTrue();
    assertThat(operator.voidToken(request).getLived()).isFalse();
    assertThatThrownBy(() -> enrolment.enrol(token, "b")).hasMessageContaining("it is void");
    FakeWorker.joined(channel(before), "1").leave();
  }

  @Test
  void who_made_a_limited_token_takes_it_along_when_revoked() {
    JoinToken token = made(limited(2));
    EnrolServiceBlockingStub other = enrol(credential(new Holder(Role.OPERATOR, "mara")));
    assertThat(
        other.revoke(RevokeRequest.newBuilder().setName("zoe").setRole("operator").build())
            .getEndedStreams())
        .isZero();
    assertThatThrownBy(() -> new Enrolment("127.0.0.1", server.port()).enrol(token, "a"))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("void since operator zoe, who made it, was revoked");
  }

  @Test
  void one_that_waits_for_names_lets_in_whom_an_operator_expects_as_soon_as_said()
      throws Exception {
    JoinToken token = made(limited(2).setWaitsForNames(true));
    var enrolment = new Enrolment("127.0.0.1", server.port());
    assertThatThrownBy(() -> enrolment.enrol(token, "a")).isInstanceOf(Enrolment.NotThere.class);
    assertThatThrownBy(() -> enrolment.enrol(token, "a", Duration.ZERO))
        .isInstanceOf(TrustProblem.class)
        .hasMessageEndingWith(
            "for 0 s: the join token waits for names, and nobody has said yet to expect a");
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<Credential> waits = thread.submit(() -> enrolment.enrol(token, "a", HOUR));
      assertThat(
          enrol(person(Role.OPERATOR))
              .expect(ExpectRequest.newBuilder().setTokenId(token.id()).addNames("a").build()))
          .isEqualTo(ExpectResponse.getDefaultInstance());
      assertThat(waits.get(30, TimeUnit.SECONDS).holder()).contains(A);
    }
    assertThatThrownBy(() -> enrolment.enrol(token, "mallory"))
        .isInstanceOf(Enrolment.NotThere.class);
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "printable",
        () -> enrol(person(Role.OPERATOR))
            .expect(ExpectRequest.newBuilder().setTokenId(token.id()).addNames("a\nb").build()));
  }

  private static MakeTokenRequest.Builder limited(int uses) {
    return MakeTokenRequest.newBuilder().setValidMillis(HOUR.toMillis()).setUses(uses);
  }

  private JoinToken made(MakeTokenRequest.Builder request) {
    MakeTokenResponse made = enrol(person(Role.OPERATOR)).makeToken(request.build());
    JoinToken token = JoinToken.parse(made.getToken());
    assertThat(token.id()).isEqualTo(made.getId());
    assertThat(token.role()).isEqualTo(Role.WORKER);
    return token;
  }

  private void startAgain() throws IOException {
    server.close();
    store.close();
    start(new Door.Own(authority, Optional.of(data.resolve("trust"))));
  }

  @Test
  void an_operator_may_submit_and_a_worker_may_not() {
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "",
        () -> control(person(Role.OPERATOR)).submit(SubmitRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a worker may not submit",
        () -> control(credential(A)).submit(SubmitRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a worker may not list",
        () -> control(credential(A)).list(ListRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a worker may not find distribution",
        () -> control(credential(A))
            .findDistribution(FindDistributionRequest.getDefaultInstance()));
    assertThat(control(person(Role.OPERATOR)).bill(BillRequest.getDefaultInstance())).isNotNull();
    assertEnds(
        Status.Code.PERMISSION_DENIED, "a worker may not bill",
        () -> control(credential(A)).bill(BillRequest.getDefaultInstance()));
  }

  @Test
  void only_a_worker_may_join() throws InterruptedException {
    FakeWorker worker = FakeWorker.joined(channel(credential(A)), "1");
    assertThat(workers()).containsExactly("a/name-of-1");
    worker.leave();
    Status refused = new FakeWorker(channel(person(Role.OPERATOR))).hello("2", 1).awaitEnd();
    assertThat(refused.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refused.getDescription()).startsWith("an operator may not join");
  }

  @Test
  void without_a_certificate_nothing_can_be_called_but_enrol() throws InterruptedException {
    ManagedChannel bare = channel(
        Dialer.pinned(authority.token(Role.WORKER, HOUR).authority()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> ControlServiceGrpc.newBlockingStub(bare).list(ListRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> EnrolServiceGrpc.newBlockingStub(bare).renew(RenewRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> EnrolServiceGrpc.newBlockingStub(bare).revoke(RevokeRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> EnrolServiceGrpc.newBlockingStub(bare)
            .makeToken(MakeTokenRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> EnrolServiceGrpc.newBlockingStub(bare).expect(ExpectRequest.getDefaultInstance()));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "no certificate was shown",
        () -> EnrolServiceGrpc.newBlockingStub(bare)
            .voidToken(VoidTokenRequest.getDefaultInstance()));
    assertThat(new FakeWorker(bare).hello("1", 1).awaitEnd().getDescription())
        .startsWith("no certificate was shown");
    assertEnds(
        Status.Code.UNAUTHENTICATED, "did not make the join token",
        () -> EnrolServiceGrpc.newBlockingStub(bare).enrol(EnrolRequest.getDefaultInstance()));
  }

  @Test
  void plain_text_is_not_answered() {
    assertThatThrownBy(
        () -> ControlServiceGrpc.newBlockingStub(channel(Dialer.plain()))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .list(ListRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("UNAVAILABLE");
  }

  @Test
  void tls_before_1_3_is_not_spoken() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[]{new TrustsAll()}, null);
    try (var socket = (SSLSocket) context.getSocketFactory()
        .createSocket("127.0.0.1", server.port())) {
      socket.setEnabledProtocols(new String[]{"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    try (var socket = (SSLSocket) context.getSocketFactory()
        .createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void a_token_brings_a_certificate_for_its_role_and_that_brings_the_next() throws Exception {
    var enrolment = new Enrolment("127.0.0.1", server.port());
    Credential first = enrolment.enrol(authority.token(Role.WORKER, HOUR), "a");
    assertThat(first.holder()).contains(A);
    Credential next = enrolment.renew(first);
    assertThat(next.holder()).contains(A);
    assertThat(next.key()).isNotEqualTo(first.key());
    FakeWorker.joined(channel(next), "1").leave();
  }

  @Test
  void a_token_that_is_forged_or_has_expired_brings_nothing_and_is_told_why() throws Exception {
    var enrolment = new Enrolment("127.0.0.1", server.port());
    var late = authority(() -> Instant.now().minus(HOUR)).token(Role.WORKER,
        Duration.ofMinutes(59));
    assertThatThrownBy(() -> enrolment.enrol(late, "a")).isInstanceOf(TrustProblem.class)
        .hasMessageContaining("the join token expired at ");
    assertThatThrownBy(() -> enrolment.enrol(authority.token(Role.WORKER, HOUR), "a\nb"))
        .hasMessageContaining("printable");
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "P-256",
        () -> EnrolServiceGrpc
            .newBlockingStub(channel(Dialer.pinned(late.authority())))
            .enrol(
                EnrolRequest.newBuilder()
                    .setName("a")
                    .setPass(ByteString.copyFrom(authority.token(Role.WORKER, HOUR).pass()))
                    .setPublicKey(ByteString.copyFromUtf8("none"))
                    .build()));
  }

  @Test
  void a_certificate_that_has_expired_or_is_of_another_coordinator_is_told_so() throws Exception {
    Authority then = authority(() -> Instant.now().minus(Duration.ofDays(31)));
    assertEnds(
        Status.Code.UNAUTHENTICATED, "your certificate expired at ",
        () -> control(then.credential(new Holder(Role.OPERATOR, "late")))
            .list(ListRequest.getDefaultInstance()));
    assertThatThrownBy(
        () -> new Enrolment("127.0.0.1", server.port()).renew(then.credential(A)))
        .hasMessageContaining("your certificate expired at ");
    Authority other = Authority.inMemory(Lives.USUAL, InstantSource.system());
    Credential foreign = other.credential(new Holder(Role.OPERATOR, "mallory"));
    var believing = new Credential(
        foreign.key(), foreign.chain(), List.of(authority.certificate()), true);
    assertEnds(
        Status.Code.UNAUTHENTICATED, "your certificate is not of this coordinator's authority",
        () -> control(believing).list(ListRequest.getDefaultInstance()));
  }

  @Test
  void a_revoked_worker_is_thrown_out_and_comes_not_back_by_certificate_nor_token()
      throws Exception {
    var token = authority.token(Role.WORKER, HOUR);
    var enrolment = new Enrolment("127.0.0.1", server.port());
    Credential revoked = enrolment.enrol(token, "a");
    FakeWorker worker = FakeWorker.joined(channel(revoked), "1");
    FakeWorker other = FakeWorker.joined(channel(credential(new Holder(Role.WORKER, "b"))), "2");

    assertThat(
        enrol(person(Role.OPERATOR)).revoke(RevokeRequest.newBuilder().setName("a").build())
            .getEndedStreams())
        .isEqualTo(1);

    Status end = worker.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(end.getDescription()).startsWith("its certificate was revoked");
    assertThat(workers()).containsExactly("b/name-of-2");
    assertThat(new FakeWorker(channel(revoked)).hello("1", 1).awaitEnd().getDescription())
        .startsWith("its certificate was revoked");
    assertThatThrownBy(() -> enrolment.renew(revoked)).hasMessageContaining("revoked");
    assertThatThrownBy(() -> enrolment.enrol(token, "another-name")).hasMessageContaining("void");
    other.leave();

    // And after a new start of the coordinator.
    startAgain();
    assertThat(new FakeWorker(channel(revoked)).hello("1", 1).awaitEnd().getDescription())
        .startsWith("its certificate was revoked");
  }

  @Test
  void a_revoked_person_is_cut_off_and_comes_not_back_by_certificate_nor_token() throws Exception {
    var token = authority.token(Role.OPERATOR, HOUR);
    var enrolment = new Enrolment("127.0.0.1", server.port());
    Credential revoked = enrolment.enrol(token, "mallory");
    String experiment = control(person(Role.OPERATOR))
        .submit(TestCoordinator.plan(TestCoordinator.PLAN, 1).build())
        .getExperimentId();
    var request = FollowRequest.newBuilder().setExperimentId(experiment).build();
    var followed = control(revoked).follow(request);
    var other = control(person(Role.OPERATOR)).follow(request);
    assertThat(followed.next().hasWaiting()).isTrue();
    assertThat(other.next().hasWaiting()).isTrue();

    assertThat(
        enrol(person(Role.OPERATOR)).revoke(
            RevokeRequest.newBuilder().setName("mallory").setRole("operator").build())
            .getEndedStreams())
        .isEqualTo(1);

    assertEnds(
        Status.Code.PERMISSION_DENIED, "its certificate was revoked",
        () -> followed.forEachRemaining(_ -> {}));
    assertEnds(
        Status.Code.PERMISSION_DENIED, "its certificate was revoked",
        () -> control(revoked).list(ListRequest.getDefaultInstance()));
    assertThatThrownBy(() -> enrolment.renew(revoked)).hasMessageContaining("revoked");
    assertThatThrownBy(() -> enrolment.enrol(token, "another-name")).hasMessageContaining("void");
    // Others of the role go on, and a viewer of that name is somebody else.
    assertThat(control(credential(new Holder(Role.VIEWER, "mallory")))
        .list(ListRequest.getDefaultInstance())
        .getRunsList()).hasSize(1);
    var _ = control(person(Role.OPERATOR))
        .stop(StopRequest.newBuilder().setId(experiment).build());
    other.forEachRemaining(_ -> {});
    assertEnds(
        Status.Code.INVALID_ARGUMENT, "no role is called king",
        () -> enrol(person(Role.OPERATOR)).revoke(
            RevokeRequest.newBuilder().setName("mallory").setRole("king").build()));
  }

  @Test
  void a_worker_cannot_go_by_the_id_of_another() throws InterruptedException {
    FakeWorker worker = FakeWorker.joined(channel(credential(A)), "1");
    Status refused = new FakeWorker(channel(credential(new Holder(Role.WORKER, "b"))))
        .hello("1", 1)
        .awaitEnd();
    assertThat(refused.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refused.getDescription()).contains("goes by the id of another");
    FakeWorker.joined(channel(credential(A)), "1").leave();
    assertThat(worker.awaitEnd().getCode()).isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void a_man_in_the_middle_is_known_before_anything_is_said() throws Exception {
    Authority expected = Authority.inMemory(Lives.USUAL, InstantSource.system());
    assertThatThrownBy(
        () -> new Enrolment("127.0.0.1", server.port())
            .enrol(expected.token(Role.WORKER, HOUR), "a"))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("is not the coordinator that made the join token")
        .hasMessageContaining("nothing secret was sent");
    // Nor does a worker's certificate make anybody a coordinator.
    assertThatThrownBy(
        () -> control(expected.credential(new Holder(Role.OPERATOR, "zoe")))
            .list(ListRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(Dialer.explained(e.getStatus()).getDescription())
                .startsWith("what answers there is not the coordinator"));
  }

  @Test
  void one_who_holds_a_workers_certificate_cannot_pass_for_the_coordinator() throws Exception {
    server.close();
    store.close();
    Credential stolen = credential(A);
    start(
        new Door.Given(
            new Credential(
                stolen.key(), List.of(stolen.certificate(), authority.certificate()),
                stolen.authorities(), true),
            Optional.empty()));
    assertThatThrownBy(
        () -> new Enrolment("127.0.0.1", server.port())
            .enrol(authority.token(Role.WORKER, HOUR), "b"))
        .isInstanceOf(TrustProblem.class)
        .hasMessageContaining("is not believed");
  }

  @Test
  void the_coordinators_own_certificate_is_renewed_while_it_serves() throws Exception {
    server.close();
    store.close();
    Authority brief = Authority.in(
        data.resolve("trust"), new Lives(Duration.ofSeconds(3), Duration.ofDays(1)),
        InstantSource.system());
    start(new Door.Own(brief, Optional.empty()));
    FakeWorker worker = FakeWorker.joined(channel(credential(A)), "1");
    Instant first = Instant.now().plusSeconds(3);
    // New connections are made until the certificate of the start has expired.
    do {
      assertThat(
          control(person(Role.OPERATOR)).list(ListRequest.getDefaultInstance()).getWorkersList())
          .hasSize(1);
    } while (Instant.now().isBefore(first.plusSeconds(1)));
    worker.leave();
  }

  @Test
  void a_coordinator_with_a_given_certificate_believes_its_authority_and_makes_none()
      throws Exception {
    server.close();
    store.close();
    Authority company = Authority.inMemory(Lives.USUAL, InstantSource.system());
    Credential shown = company.serverCredential();
    start(
        new Door.Given(
            new Credential(shown.key(), shown.chain(), shown.authorities(), false),
            Optional.empty()));
    FakeWorker.joined(channel(company.credential(A)), "1").leave();
    assertEnds(
        Status.Code.FAILED_PRECONDITION, "makes none",
        () -> enrol(company.credential(A)).renew(
            RenewRequest.newBuilder()
                .setPublicKey(
                    ByteString.copyFrom(KeyPairs.generate().getPublic().getEncoded()))
                .build()));
    assertEnds(
        Status.Code.FAILED_PRECONDITION, "makes none",
        () -> enrol(company.credential(new Holder(Role.OPERATOR, "zoe")))
            .makeToken(limited(1).build()));
    // It must name the host that one asked for, as its authority makes certificates for many.
    Credential given = company.credential(A);
    var strict = new Credential(given.key(), given.chain(), given.authorities(), false);
    assertThatThrownBy(() -> control(strict).list(ListRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("UNAVAILABLE");
  }

  @Test
  void every_call_there_is_has_somebody_who_may_make_it_and_unknown_ones_nobody() {
    for (var service : List.of(
        ControlServiceGrpc.getServiceDescriptor(), EnrolServiceGrpc.getServiceDescriptor(),
        ClusterServiceGrpc.getServiceDescriptor())) {
      service.getMethods()
          .forEach(
              method -> assertThat(
                  GateInterceptor.rolesFor(method.getFullMethodName(), method.getServiceName()))
                  .isNotEmpty());
    }
    assertThat(GateInterceptor.rolesFor("other.Service/Call", "other.Service")).isEmpty();
  }

  private List<String> workers() {
    return control(person(Role.OPERATOR)).list(ListRequest.getDefaultInstance()).getWorkersList();
  }

  private Credential person(Role role) {
    return credential(new Holder(role, "zoe"));
  }

  private Credential credential(Holder holder) {
    return authority.credential(holder);
  }

  private ControlServiceBlockingStub control(Credential credential) {
    return ControlServiceGrpc.newBlockingStub(channel(credential))
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private EnrolServiceBlockingStub enrol(Credential credential) {
    return EnrolServiceGrpc.newBlockingStub(channel(credential))
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private ManagedChannel channel(Credential credential) {
    return channel(Dialer.mutual(new LiveCredential(credential)));
  }

  private ManagedChannel channel(Dialer dialer) {
    ManagedChannel channel = dialer.dial("127.0.0.1", server.port()).build();
    channels.add(channel);
    return channel;
  }

  private static void assertEnds(Status.Code code, String why, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
      assertThat(e.getStatus().getCode()).describedAs(e.toString()).isEqualTo(code);
      assertThat(e.getStatus().getDescription()).contains(why);
    });
  }
}
