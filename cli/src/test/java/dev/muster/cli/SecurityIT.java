package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.trust.JoinToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in to a coordinator, who is not, and what can be read on the wire and in files. */
class SecurityIT {

  private static final Pattern TOKEN = Pattern.compile("MUSTER_JOIN=([^\\x00]+)\\x00");

  @TempDir
  private Path folder = Path.of("");

  @Test
  void a_worker_that_may_not_join_is_told_why_in_a_sentence() {
    try (Cluster cluster = Cluster.start(folder, 0)) {
      assertIsRefused(worker(cluster, ""), 2, "A worker needs a join token");
      String cut = cluster.token().substring(0, 100);
      assertIsRefused(worker(cluster, cut), 2, "The join token is cut short");
      assertIsRefused(
          worker(cluster, token("--expires", "1ms")), 3,
          "The worker ends: the join token expired at ");
      assertIsRefused(
          worker(cluster, token("--data", "elsewhere")), 3,
          "what answers there is not the coordinator that made the join token");
      assertIsRefused(
          worker(cluster, token("--role", "viewer")), 2,
          "The join token is for a viewer; expected one for worker");
      assertThat(cluster.ask("workers", "list").out()).isEmpty();
    }
  }

  private Ended worker(Cluster cluster, String token, String... options) {
    String[] arguments = Stream.concat(
        Stream.of("worker", "--join", cluster.address(), "--name", "w", "--give-up-after", "2"),
        Stream.of(options)).toArray(String[]::new);
    try (Muster worker = Muster.start(
        Main.class, folder, Map.of("MUSTER_JOIN", token), arguments)) {
      return worker.awaitEnd();
    }
  }

  private String token(String... options) {
    return Muster.run(
        folder,
        Stream.concat(Stream.of("coordinator", "token"), Stream.of(options))
            .toArray(String[]::new))
        .out()
        .strip();
  }

  private static void assertIsRefused(Ended ended, int exitCode, String why) {
    assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(exitCode);
    assertThat(ended.err()).contains(why).doesNotContain("Exception", "\tat ", "muster1-A");
  }

  @Test
  void a_token_among_the_arguments_is_refused_and_not_repeated() {
    String token = token();
    for (String[] arguments : new String[][]{{"worker", "--join", token},
        {"worker", "--token-file", token},
        {"login", "--to", "127.0.0.1:1", "--token-file=" + token}}) {
      Ended ended = Muster.run(folder, arguments);
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err()).contains("it is no secret any more").doesNotContain(token);
    }
  }

  @Test
  void a_client_that_may_not_is_told_why_in_a_sentence() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 0)) {
      String plan = plan("secret-plan", "http://127.0.0.1:1", "1s");
      Ended stranger = cluster.ask("submit", plan, "--credential", "none");
      assertIsRefused(stranger, 1, "There is no credential for the coordinator at ");
      Ended asViewer;
      try (Muster login = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token("--role", "viewer")), "login", "--to",
          cluster.address(), "--name", "zoe", "--credential", "zoe")) {
        Ended ended = login.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isZero();
        assertThat(ended.out()).contains("You are a viewer of the coordinator at ");
        asViewer = cluster.ask("submit", plan, "--credential", "zoe");
      }
      assertIsRefused(
          asViewer, 1,
          "refuses: a viewer may not submit (your certificate is that of viewer zoe); that is for an "
              + "operator");
      assertThat(cluster.ask("runs", "list", "--credential", "zoe").exitCode()).isZero();
      assertThat(PosixFilePermissions.toString(
          Files.getPosixFilePermissions(folder.resolve("zoe/credential.pem"))))
          .isEqualTo("rw-------");
      // One with the certificate of another coordinator.
      try (Cluster other = Cluster.start(Files.createDirectory(folder.resolve("other")), 0)) {
        Ended foreign = other.ask("runs", "list", "--credential", folder.resolve("zoe").toString());
        assertIsRefused(foreign, 1, "is not the coordinator that this credential is for");
      }
    }
  }

  @Test
  void a_revoked_worker_is_thrown_out_and_stays_out() {
    try (Cluster cluster = Cluster.start(folder, 2)) {
      awaitWorkers(cluster, 2);
      Ended revoked = cluster.ask("workers", "revoke", "worker-1");
      assertThat(revoked.out())
          .contains("worker-1 is revoked; it was joined, and has been thrown out.");
      Ended worker = cluster.workers().getFirst().awaitEnd();
      assertIsRefused(worker, 3, "its certificate was revoked");
      assertThat(cluster.ask("workers", "list").out()).isEqualTo("worker-2");
      assertIsRefused(worker(cluster, cluster.token()), 3, "the join token is void");
      Muster fresh = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token()), "worker", "--join",
          cluster.address(), "--name", "worker-3");
      try (fresh) {
        awaitWorkers(cluster, 2);
      }
    }
  }

  @Test
  void a_limited_token_that_an_operator_asks_for_lets_in_so_many_workers_and_no_more()
      throws IOException {
    try (Cluster cluster = Cluster.start(folder, 0)) {
      Ended printed = cluster.ask("workers", "token");
      assertThat(printed.exitCode()).describedAs(printed.toString()).isZero();
      assertThat(printed.err()).isEmpty();
      String token = printed.out();
      assertThat(JoinToken.parse(token).isLimited()).isTrue();
      assertThat(token).startsWith("muster1-").doesNotContain("\n", " ");
      Muster worker = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token), "worker", "--join",
          cluster.address(), "--name", "w1");
      try (worker) {
        awaitWorkers(cluster, 1);
        assertIsRefused(
            worker(cluster, token), 3,
            "the join token admits 1, and so many have enrolled with it");
        cluster.killCoordinator();
        cluster.startCoordinatorAgain();
        awaitWorkers(cluster, 1);
        assertIsRefused(
            worker(cluster, token), 3,
            "the join token admits 1, and so many have enrolled with it");
      }
      Ended long25 = cluster.ask("workers", "token", "--expires", "25h");
      assertThat(long25.exitCode()).isEqualTo(2);
      assertThat(long25.err()).contains("24h at most");
      Ended none = cluster.ask("workers", "token", "--uses", "0");
      assertThat(none.exitCode()).isEqualTo(2);
      assertThat(none.err()).startsWith("--uses: must be 1 or more (was 0).");
    }
  }

  @Test
  void a_revoked_person_may_do_nothing_and_can_be_let_in_again() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 0)) {
      assertThat(login(cluster, "first").exitCode()).isZero();
      assertThat(cluster.ask("runs", "list", "--credential", "first").exitCode()).isZero();

      Ended revoked = cluster.ask("coordinator", "revoke", "zoe");

      assertThat(revoked.out()).startsWith("zoe is revoked as operator and as viewer.");
      assertIsRefused(
          cluster.ask("runs", "list", "--credential", "first"), 1, "its certificate was revoked");
      assertThat(login(cluster, "second").exitCode()).isZero();
      assertThat(cluster.ask("runs", "list", "--credential", "second").exitCode()).isZero();
      Ended worker = cluster.ask("coordinator", "revoke", "w", "--role", "worker");
      assertThat(worker.exitCode()).isEqualTo(2);
      assertThat(worker.err()).contains("a worker is no person; use 'muster workers revoke w'");
    }
  }

  /** As zoe, with a fresh token; certificates know their time to the second only. */
  private Ended login(Cluster cluster, String credential) {
    Ended ended;
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    do {
      try (Muster login = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token("--role", "operator")), "login", "--to",
          cluster.address(), "--name", "zoe", "--credential", credential)) {
        ended = login.awaitEnd();
      }
    } while (ended.exitCode() == 0
        && cluster.ask("runs", "list", "--credential", credential).exitCode() != 0
        && System.nanoTime() < deadline);
    return ended;
  }

  private static void awaitWorkers(Cluster cluster, int count) {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    while (cluster.ask("workers", "list").out().lines().count() != count) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  @Test
  void nothing_on_the_wire_can_be_read() throws IOException {
    String secured = wire(false);
    assertThat(secured).isNotEmpty()
        .doesNotContain("secret-plan", "spy-path", "muster1-", "muster.v1", "worker-1", "zoe");
    // The same tap sees all of it where there is something to see.
    assertThat(wire(true)).contains("secret-plan", "spy-path", "muster.v1", "worker-1");
  }

  /** What passes between everybody and the coordinator while a plan is submitted and run. */
  private String wire(boolean insecure) throws IOException {
    Path home = Files.createDirectory(folder.resolve(insecure ? "insecure" : "secured"));
    List<String> option = insecure ? List.of("--insecure") : List.of();
    try (RecordingServer server = RecordingServer.start();
        Muster coordinator = Muster.start(
            home, with(option, "coordinator", "--port", "0"))) {
      String said = coordinator.awaitOutput("listens on");
      String address = said.substring(said.indexOf("127.0.0.1"), said.length() - 1);
      String token = insecure
          ? ""
          : Muster.run(home, "coordinator", "token").out().strip();
      try (WireTap tap = WireTap.before(address);
          Muster worker = Muster.start(
              Main.class, home, Map.of("MUSTER_JOIN", token),
              with(option, "worker", "--join", tap.address(), "--name", "worker-1"))) {
        if (!insecure) {
          try (Muster login = Muster.start(
              Main.class, home,
              Map.of(
                  "MUSTER_JOIN",
                  Muster.run(home, "coordinator", "token", "--role", "operator").out().strip()),
              "login", "--to", tap.address(), "--name", "zoe")) {
            assertThat(login.awaitEnd().exitCode()).isZero();
          }
        }
        Ended ended = Muster.run(
            home,
            with(
                option, "submit", plan("secret-plan", server.address(), "1s"),
                "--to",
                tap.address(), "--out", "home", "-w", "1"));
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
        assertThat(server.requests()).isNotEmpty();
        assertThat(worker.handle().isAlive()).isTrue();
        return tap.passed();
      }
    }
  }

  private static String[] with(List<String> options, String... command) {
    return Stream.concat(Stream.of(command), options.stream()).toArray(String[]::new);
  }

  @Test
  void certificates_are_renewed_during_a_run_and_no_snapshot_is_lost() throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Cluster cluster = Cluster.start(folder, 0, "--certificate-life", "2s");
        WireTap tap = WireTap.before(cluster.address());
        Muster worker = Muster.start(
            Main.class, folder, Map.of("MUSTER_JOIN", cluster.token()), "worker", "--join",
            tap.address(), "--name", "worker-1")) {
      Muster submit = cluster.start(
          "submit", plan("long", server.address(), "8s"), "--out", "home", "-w", "1");
      try (submit) {
        // A user asks five times a second: when so many have been asked, the first certificates of
        // both sides have long expired, and a link that breaks needs later ones.
        server.await(6 * 4 * 5);
        tap.cut();
        Ended ended = submit.awaitEnd();
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
        Summary run = SummaryJson.read(folder.resolve("home/long_6/summary.json"));
        assertThat(run.ledger().answered()).isEqualTo(server.requests().size());
        assertThat(run.ledger().balances()).isTrue();
        assertThat(worker.handle().isAlive()).isTrue();
      }
    }
  }

  @Test
  void secrets_are_in_no_argument_no_log_and_no_result_and_their_files_are_the_users_alone()
      throws IOException {
    try (RecordingServer server = RecordingServer.start();
        Muster run = Muster.start(
            folder, "run", plan("brief", server.address(), "2s"), "--out", "results", "-w", "2")) {
      server.await(1);
      var tokens = new ArrayList<String>();
      for (ProcessHandle child : run.children()) {
        assertThat(Files.readString(Path.of("/proc/" + child.pid() + "/cmdline")))
            .doesNotContain("muster1-");
        Matcher token = TOKEN.matcher(
            Files.readString(
                Path.of("/proc/" + child.pid() + "/environ"), StandardCharsets.ISO_8859_1));
        if (token.find()) {
          tokens.add(token.group(1));
        }
      }
      assertThat(tokens).isNotEmpty().allSatisfy(token -> assertThat(token).startsWith("muster1-"));
      Ended ended = run.awaitEnd();
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      assertThat(ended.out() + ended.err()).doesNotContain("muster1-", "PRIVATE");
      for (Path file : files(folder)) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .describedAs(file.toString())
            .doesNotContain("muster1-", tokens.getFirst().substring(8, 40), "PRIVATE KEY");
      }
    }
    try (Cluster cluster = Cluster.start(folder, 1)) {
      awaitWorkers(cluster, 1);
      List<Path> secret = Stream
          .concat(
              files(folder.resolve("muster-data/trust")).stream(),
              files(folder.resolve("config")).stream())
          .toList();
      assertThat(secret).extracting(file -> file.getFileName().toString())
          .contains("authority.pem", "join-token", "credential.pem");
      for (Path file : secret) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .describedAs(file.toString())
            .isEqualTo("rw-------");
        assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
            .isEqualTo("rwx------");
      }
      assertThat(cluster.workers().getFirst().toString()).doesNotContain("muster1-");
      String cmdline = Files.readString(
          Path.of("/proc/" + cluster.workers().getFirst().handle().pid() + "/cmdline"));
      assertThat(cmdline).contains("--join").doesNotContain("muster1-");
    }
  }

  private static List<Path> files(Path in) throws IOException {
    try (Stream<Path> walk = Files.walk(in)) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void plain_text_is_for_this_machine_only() {
    for (String[] arguments : new String[][]{{"coordinator", "--bind", "0.0.0.0", "--insecure"},
        {"worker", "--join", "192.0.2.1:7400", "--insecure"},
        {"runs", "list", "--to", "192.0.2.1:7400", "--insecure"}}) {
      Ended ended = Muster.run(folder, arguments);
      assertThat(ended.exitCode()).describedAs(ended.toString()).isEqualTo(2);
      assertThat(ended.err()).startsWith("--insecure: ").contains("is not this machine alone");
    }
  }

  @Test
  void one_who_speaks_tls_to_a_coordinator_without_is_told_so() {
    try (Muster coordinator = Muster.start(folder, "coordinator", "--port", "0", "--insecure")) {
      String said = coordinator.awaitOutput("listens on");
      String address = said.substring(said.indexOf("127.0.0.1"), said.length() - 1);
      try (Muster worker = Muster.start(
          Main.class, folder, Map.of("MUSTER_JOIN", token()), "worker", "--join", address)) {
        assertIsRefused(worker.awaitEnd(), 3, "speaks no TLS");
      }
    }
  }

  @Test
  void certificates_of_another_authority_can_be_given_instead() throws IOException {
    var company = new CompanyAuthority(folder);
    try (RecordingServer server = RecordingServer.start();
        Muster coordinator = Muster.start(
            folder, with(company.options("CN=coordinator"), "coordinator", "--port", "0"))) {
      String said = coordinator.awaitOutput("listens on");
      String address = said.substring(said.indexOf("127.0.0.1"), said.length() - 1);
      try (Muster worker = Muster.start(
          folder,
          with(
              company.options("OU=worker, CN=one"), "worker", "--join", address, "--name",
              "one"))) {
        Ended ended = Muster.run(
            folder,
            with(
                company.options("OU=operator, CN=zoe"), "submit",
                plan("given", server.address(), "1s"), "--to", address, "-w", "1", "--out",
                "home"));
        assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
        assertThat(server.requests()).isNotEmpty();
        Ended viewer = Muster.run(
            folder,
            with(company.options("OU=viewer, CN=vic"), "runs", "stop", "x", "--to", address));
        assertIsRefused(viewer, 1, "a viewer may not stop");
        assertThat(worker.handle().isAlive()).isTrue();
      }
    }
  }

  private String plan(String name, String target, String duration) throws IOException {
    return Files.writeString(folder.resolve(name + ".yaml"), """
        name: %s
        target: %s
        scenario: [ { get: /spy-path }, { think: 200ms } ]
        load: { users: 6, duration: %s }
        """.formatted(name, target, duration)).toString();
  }
}
