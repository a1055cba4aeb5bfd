package dev.muster.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.doctor.Finding.State;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.target.AllowedTargets;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiagnosisTest {

  private static final URI HERE = URI.create("http://localhost:10000");
  private static final URI FAR_AWAY = URI.create("https://shop.example");

  /** A good machine, or one that is not, by what a row of the table says. */
  record Facts(
      int cores, long memoryMegabytes, long openFiles, long ports, int reuse,
      long clockStepMillis) {

    static final Facts GOOD = new Facts(4, 8_000, 20_000, 28_232, 2, 0);

    MachineFacts facts() {
      return new MachineFacts(
          "25.0.3", cores, OptionalLong.of(memoryMegabytes << 20), OptionalLong.of(openFiles),
          OptionalLong.of(ports), OptionalInt.of(reuse), true, 7_400, true, Optional.of(true),
          clockStepMillis);
    }

    Facts withCores(int number) {
      return new Facts(number, memoryMegabytes, openFiles, ports, reuse, clockStepMillis);
    }

    Facts withMemory(long megabytes) {
      return new Facts(cores, megabytes, openFiles, ports, reuse, clockStepMillis);
    }

    Facts withOpenFiles(long limit) {
      return new Facts(cores, memoryMegabytes, limit, ports, reuse, clockStepMillis);
    }

    Facts withPorts(long number, int timeWaitReuse) {
      return new Facts(
          cores, memoryMegabytes, openFiles, number, timeWaitReuse, clockStepMillis);
    }

    Facts withClockStep(long millis) {
      return new Facts(cores, memoryMegabytes, openFiles, ports, reuse, millis);
    }
  }

  static Stream<Arguments> rows() {
    var good = Facts.GOOD;
    return Stream.of(
        row(good, "cores", State.OK, "4 for 2 workers"),
        row(good.withCores(2), "cores", State.OK, "2 for 2 workers"),
        row(good.withCores(1), "cores", State.WARN, "1"),
        row(good, "memory", State.OK, "8,000 MB free for 2 workers"),
        row(good.withMemory(599), "memory", State.WARN, "599 MB free for 2 workers"),
        row(good.withMemory(299), "memory", State.FAIL, "299 MB free for 2 workers"),
        row(good, "open files", State.OK, "20,000 for each process"),
        row(
            good.withOpenFiles(1_024), "open files", State.WARN,
            "1,024 for each process; each user has a connection"),
        row(good, "local ports", State.OK, "28,232 for connections to one address"),
        row(good, "clock", State.OK, "steady, kept right by the system"),
        row(
            good.withClockStep(-40), "clock", State.WARN,
            "it is being set: it moved by -40 ms as we looked"));
  }

  private static Arguments row(Facts facts, String about, State state, String found) {
    return Arguments.of(facts, about, state, found);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_machine_is_held_against_what_any_run_needs(
      Facts facts, String about, State state, String found) {
    Finding finding = finding(Diagnosis.of(facts.facts(), null, 2, null), about);

    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.found()).isEqualTo(found);
    assertThat(finding.advice().isEmpty()).isEqualTo(state == State.OK);
  }

  static Stream<Arguments> rowsOfPlans() {
    var good = Facts.GOOD;
    var kept = new Demand(OptionalInt.of(10_000), false, 1_000, HERE);
    var each = new Demand(OptionalInt.of(500), true, 400, HERE);
    var eachFarAway = new Demand(OptionalInt.of(500), true, 400, FAR_AWAY);
    var eachQuick = new Demand(OptionalInt.of(500), true, 500, FAR_AWAY);
    var eachVeryQuick = new Demand(OptionalInt.of(500), true, 30_000, HERE);
    var unbounded = new Demand(OptionalInt.of(500), true, Double.POSITIVE_INFINITY, HERE);
    return Stream.of(
        Arguments.of(
            good, kept, "open files", State.OK,
            "20,000 for each process; 10,000 connections on 2 workers need 5,300"),
        Arguments.of(
            good.withOpenFiles(5_299), kept, "open files", State.FAIL,
            "5,299 for each process; 10,000 connections on 2 workers need 5,300"),
        Arguments.of(
            good, kept, "local ports", State.OK,
            "28,232 for connections to one address; 10,000 may be open at a time"),
        Arguments.of(
            good.withPorts(19_999, 1), kept, "local ports", State.WARN,
            "19,999 for connections to one address; 10,000 may be open at a time, and beyond half of "
                + "them the kernel searches long for each"),
        Arguments.of(
            good.withPorts(9_999, 1), kept, "local ports", State.FAIL,
            "9,999 for connections to one address; 10,000 may be open at a time"),
        Arguments.of(
            good, each, "local ports", State.OK,
            "28,232 for connections to one address, 28,232/s when none is kept; "
                + "the plan asks for 400"),
        Arguments.of(
            good, eachFarAway, "local ports", State.OK,
            "28,232 for connections to one address, 470/s when none is kept; "
                + "the plan asks for 400"),
        Arguments.of(
            good, eachQuick, "local ports", State.FAIL,
            "28,232 for connections to one address, 470/s when none is kept; "
                + "the plan asks for 500"),
        Arguments.of(
            good.withPorts(28_232, 1), eachQuick, "local ports", State.OK,
            "28,232 for connections to one address, 28,232/s when none is kept; "
                + "the plan asks for 500"),
        Arguments.of(
            good, eachVeryQuick, "local ports", State.FAIL,
            "28,232 for connections to one address, 28,232/s when none is kept; "
                + "the plan asks for 30,000"),
        Arguments.of(
            good.withPorts(28_232, 0), unbounded, "local ports", State.WARN,
            "28,232 for connections to one address, 470/s when none is kept; "
                + "the plan waits for nothing and asks for as many as it gets"));
  }

  @ParameterizedTest
  @MethodSource("rowsOfPlans")
  void a_machine_is_held_against_what_a_plan_needs(
      Facts facts, Demand demand, String about, State state, String found) {
    Finding finding = finding(Diagnosis.of(facts.facts(), demand, 2, null), about);

    assertThat(finding.found()).isEqualTo(found);
    assertThat(finding.state()).isEqualTo(state);
    assertThat(finding.advice().isEmpty()).isEqualTo(state == State.OK);
  }

  static Stream<Arguments> rowsOfTargets() {
    var here = new Demand(OptionalInt.of(5), false, 5, HERE);
    var far = new Demand(OptionalInt.of(5), false, 5, FAR_AWAY);
    return Stream.of(
        Arguments.of(here, null, State.OK, "localhost:10000 is where workers may send", ""),
        Arguments.of(
            far, null, State.WARN,
            "shop.example:443 is not this machine, and workers send to no other unless told",
            "Start workers with: --allow-target shop.example:443 ('muster run' does)"),
        Arguments.of(
            far, "shop.example", State.OK, "shop.example:443 is where workers may send", ""),
        Arguments.of(
            far, "shop.example:80", State.FAIL,
            "shop.example:443 is not where they may send: shop.example:80",
            "Start workers with: --allow-target shop.example:443"));
  }

  @ParameterizedTest
  @MethodSource("rowsOfTargets")
  void a_plans_target_is_held_against_where_workers_may_send(
      Demand demand, @Nullable String allowed, State state, String found, String advice) {
    Finding finding = finding(
        Diagnosis.of(
            Facts.GOOD.facts(), demand, 2,
            allowed == null ? null : AllowedTargets.of(List.of(allowed))),
        "target");

    assertThat(finding).isEqualTo(new Finding(state, "target", found, advice));
  }

  @Test
  void more_workers_than_cores_are_too_many() {
    Finding finding = finding(Diagnosis.of(Facts.GOOD.facts(), null, 5, null), "cores");

    assertThat(finding.state()).isEqualTo(State.WARN);
    assertThat(finding.advice()).endsWith("use --workers 4.");
  }

  @Test
  void the_cure_for_ports_that_rest_too_long_names_the_setting() {
    var demand = new Demand(OptionalInt.of(500), true, 500, FAR_AWAY);

    assertThat(finding(Diagnosis.of(Facts.GOOD.facts(), demand, 2, null), "local ports").advice())
        .contains("sudo sysctl -w net.ipv4.tcp_tw_reuse=1");
    assertThat(
        finding(
            Diagnosis.of(Facts.GOOD.withPorts(100, 1).facts(), demand, 2, null), "local ports")
            .advice())
        .contains("sudo sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"");
  }

  @Test
  void what_a_machine_does_not_tell_is_passed_over_and_warns_nobody() {
    var silent = new MachineFacts(
        "25", 2, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
        OptionalInt.empty(), true, 7_400, true, Optional.empty(), 0);

    Diagnosis diagnosis = Diagnosis.of(silent,
        new Demand(OptionalInt.of(9_000), false, 1_000, HERE), 2, null);

    assertThat(diagnosis.findings()).extracting(Finding::about)
        .containsExactly("Java", "cores", "event loops", "coordinator", "target", "clock");
    assertThat(diagnosis.findings()).allMatch(finding -> finding.state() == State.OK);
    assertThat(diagnosis.fails()).isFalse();
  }

  @Test
  void a_taken_port_a_missing_transport_and_a_clock_nobody_keeps_are_warnings() {
    var worse = new MachineFacts(
        "25", 2, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(),
        OptionalInt.empty(), false, 7_400, false, Optional.of(false), 0);

    Diagnosis diagnosis = Diagnosis.of(worse, null, 2, null);

    assertThat(diagnosis.count(State.WARN)).isEqualTo(3);
    assertThat(diagnosis.fails()).isFalse();
    assertThat(finding(diagnosis, "coordinator").found()).startsWith("port 7400 is taken");
  }

  @Test
  void what_a_plan_asks_is_read_from_its_largest_run() {
    // An answer at once, then 2 s on average: half a request a second of each user, and a first one.
    Demand demand = Demand.of(plan("""
        target: http://localhost:10000
        http: { connections: per-request }
        scenario: [ { get: / }, { think: 1s..3s } ]
        load: { users: [10, 200, 100], duration: 200s }
        """));

    assertThat(demand.connections()).hasValue(200);
    assertThat(demand.newConnections()).isTrue();
    assertThat(demand.targetIsHere()).isTrue();
    assertThat(demand.requestsPerSecond()).isBetween(100.0, 102.0);
  }

  @Test
  void users_of_http2_share_connections_unless_each_has_its_own() {
    String plan = """
        target: https://localhost:10000
        http: { version: 2, streams: 32 }
        scenario: [ { get: / }, { think: 1s } ]
        load: { users: 1000, duration: 10s }
        """;

    assertThat(Demand.of(plan(plan)).connections()).hasValue(32);
    assertThat(Demand.of(plan(plan.replace("streams: 32", "connections: per-user"))).connections())
        .hasValue(1_000);
  }

  @Test
  void a_ramp_is_asked_for_what_it_reaches_and_a_plan_without_waits_for_all_there_is() {
    String ramp = """
        target: http://10.0.0.7
        scenario: [ { get: / }, { think: 1s } ]
        load: { users: 100, spawn: 1/s, duration: 100s }
        """;

    assertThat(Demand.of(plan(ramp)).requestsPerSecond()).isBetween(99.9, 102.0);
    assertThat(Demand.of(plan(ramp)).targetIsHere()).isFalse();
    assertThat(Demand.of(plan(ramp.replace(", { think: 1s }", ""))).requestsPerSecond())
        .isInfinite();
  }

  @Test
  void a_plan_of_arrivals_asks_for_connections_by_their_rate_unless_they_are_shared() {
    String arrivals = """
        target: http://localhost:10000
        scenario: [ { get: / }, { get: / } ]
        load: { rate: 100/s, duration: 10s }
        """;

    Demand shared = Demand.of(plan(arrivals));
    assertThat(shared.connections()).isEmpty();
    assertThat(shared.newConnections()).isFalse();
    assertThat(shared.requestsPerSecond()).isBetween(199.0, 201.0);
    assertThat(Diagnosis.of(Facts.GOOD.facts(), shared, 2, null).findings())
        .allMatch(finding -> finding.state() == State.OK);

    Demand own = Demand.of(
        plan(
            arrivals.replace("10s }", "10s, max-users: 50 }") + "http: { connections: per-user }"));
    assertThat(own.connections()).hasValue(50);
    assertThat(own.newConnections()).isTrue();
  }

  private static Finding finding(Diagnosis diagnosis, String about) {
    return diagnosis.findings()
        .stream()
        .filter(each -> each.about().equals(about))
        .findFirst()
        .orElseThrow();
  }

  private static Plan plan(String text) {
    return switch (PlanFile.read(new PlanSource("plan.yaml", text, List.of(), Map.of()))) {
      case PlanReading.Readable(Plan plan) -> plan;
      case PlanReading.Unreadable unreadable -> throw new AssertionError(unreadable);
    };
  }
}
