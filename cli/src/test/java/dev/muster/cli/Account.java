package dev.muster.cli;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.DistantServer.Seen;
import dev.muster.cli.Fault.Kind;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.report.Summary;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What Muster says of a run, beside what its target says.
 *
 * @param run the summary
 * @param seen the whole requests that the target had, in the order in which it had them
 * @param faults what was planned to happen
 * @param deeds what was done when
 * @param log of the coordinator
 * @param workers what they have said
 */
record Account(
    Summary run, List<Seen> seen, List<Fault> faults, List<Deed> deeds, String log,
    List<String> workers) {

  private static final Set<String> USERS = IntStream.range(0, Trial.USERS)
      .mapToObj(String::valueOf)
      .collect(toSet());

  private static final Duration WINDOW = Duration.ofSeconds(3);

  /** A user thinks for 250 ms at least; two of them, who think for 350 ms at most, send 16 or more. */
  private static final long MOST_OF_ONE = 13;

  /** It sends 8, if the machine lets it. */
  private static final long LEAST_OF_ONE = 4;

  /** There are 120. */
  private static final int LEAST_OF_ARRIVALS = 60;

  /** Sooner than one user sends again; two of a number do about every other time. */
  private static final Duration TOO_QUICK = Duration.ofMillis(200);

  /** A fault that began, or ended. */
  record Deed(Fault fault, boolean begins, Instant at) {}

  /** What holds whatever was done. */
  void holds() {
    agreesWithTheTarget();
    tellsWhoWasAbsent();
    endsWithTheWholeLoad();
  }

  /**
   * Told requests are those whose end is in snapshots that were handed in; the rest is of unknown fate, and
   * bounded.
   *
   * <pre>
   *   told = answered + failed + in flight       sent = told + lost
   *
   *   nothing was cut on its way to the target:  told     ≤ received ≤ sent
   *   something was:                             answered ≤ received ≤ sent
   *   no worker was killed:                      lost = 0
   * </pre>
   */
  private void agreesWithTheTarget() {
    Ledger ledger = run.ledger();
    assertThat(ledger.balances()).as(toString()).isTrue();
    boolean cut = happened(Kind.STARVED) || victims(Kind.KILLED).contains(Trial.TARGET);
    assertThat(received()).as(toString())
        .isBetween(cut ? ledger.answered() : told(), ledger.sent());
    var killed = new HashSet<>(victims(Kind.KILLED));
    killed.removeAll(List.of(Trial.TARGET, Trial.COORDINATOR));
    if (killed.isEmpty()) {
      assertThat(ledger.lost()).as(toString()).isZero();
    }
    assertThat(run.workers()).as(toString())
        .filteredOn(Summary.Worker::lostContact)
        .extracting(Summary.Worker::name)
        .containsExactlyInAnyOrderElementsOf(killed);
    assertThat(run.verdict().reasons().stream().anyMatch(reason -> reason.contains(" lost; ")))
        .as(toString())
        .isEqualTo(!killed.isEmpty());
  }

  /** The seconds in which a worker was out of touch are marked, and the verdict knows of them. */
  private void tellsWhoWasAbsent() {
    Set<String> expected = faults.stream()
        .filter(Fault::makesAbsent)
        .map(Fault::victim)
        .filter(Trial.WORKERS::contains)
        .collect(toSet());
    assertThat(absent()).as(toString()).containsAll(expected);
    for (String worker : expected) {
      assertThat(run.verdict().reasons()).as(toString())
          .anyMatch(reason -> reason.contains(worker));
    }
  }

  /**
   * In the last seconds the load is that of the plan again: nothing comes twice, each user is there, and is
   * one, as two of a number would send twice as much.
   */
  private void endsWithTheWholeLoad() {
    Instant end = seen.getLast().at();
    List<Seen> last = seen.stream().filter(each -> each.at().isAfter(end.minus(WINDOW))).toList();
    assertThat(last).as(toString())
        .extracting(each -> each.user() + each.path())
        .doesNotHaveDuplicates();
    if (run.users() == null) {
      assertThat(last).as(toString()).hasSizeGreaterThan(LEAST_OF_ARRIVALS);
    } else {
      Map<String, Long> requests = last.stream().collect(groupingBy(Seen::user, counting()));
      assertThat(requests.keySet()).as(toString()).isEqualTo(USERS);
      assertThat(requests.values()).as(toString())
          .allSatisfy(count -> assertThat(count).isBetween(LEAST_OF_ONE, MOST_OF_ONE));
    }
  }

  /** The requests that the target had. */
  long received() {
    return seen.size();
  }

  /** How many of them were those of an iteration that it had seen already. */
  long doneTwice() {
    return received() - seen.stream().map(each -> each.user() + each.path()).distinct().count();
  }

  /** The workers whose absence is marked. */
  Set<String> absent() {
    return run.disturbances()
        .stream()
        .filter(each -> each.cause().equals("absent"))
        .map(Summary.Disturbed::worker)
        .collect(toSet());
  }

  /** The instants at which a request came sooner after the one before than one user sends. */
  private static List<Instant> quick(List<Instant> instants) {
    return IntStream.range(1, instants.size())
        .filter(
            i -> Duration.between(instants.get(i - 1), instants.get(i)).compareTo(TOO_QUICK) < 0)
        .mapToObj(instants::get)
        .toList();
  }

  private long told() {
    Ledger ledger = run.ledger();
    return ledger.answered() + ledger.failed() + ledger.inFlight();
  }

  private boolean happened(Kind kind) {
    return !victims(kind).isEmpty();
  }

  private Set<String> victims(Kind kind) {
    return faults.stream()
        .filter(fault -> fault.kind() == kind)
        .map(Fault::victim)
        .collect(toSet());
  }

  /**
   * One line for each fault, in seconds: when the worker was declared lost and when all users had been seen
   * again, since the fault began; when it was counted on again and when the last user was two, since it
   * ended. Then one of the run.
   */
  String figures() {
    var text = new StringBuilder();
    for (Fault fault : faults) {
      Instant begun = instant(fault, true);
      Instant ended = instant(fault, false);
      text.append(
          String.format(
              Locale.ROOT,
              "%s %s at %.1f for %.1f: lost after %s, all seen after %s, back after %s, last double after %s%n",
              fault.kind(), fault.victim(), seconds(fault.at()), seconds(fault.lasts()),
              logged("Worker " + fault.victim() + " is lost", begun),
              seconds(begun, allSeen(begun)),
              logged("Worker " + fault.victim() + " is counted on again", ended),
              seconds(ended, lastDouble(ended))));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  of %s received %d, sent %d = answered %d + failed %d + in flight %d + lost %d; unknown"
                + " were %d; done twice %d; %s %s%n",
            run.users() == null ? "arrivals" : "users", received(), run.ledger().sent(),
            run.ledger().answered(), run.ledger().failed(),
            run.ledger().inFlight(), run.ledger().lost(), received() - told(), doneTwice(),
            run.verdict().state(), run.verdict().reasons()));
    return text.toString();
  }

  private Instant instant(Fault fault, boolean begins) {
    return deeds.stream()
        .filter(deed -> deed.fault().equals(fault) && deed.begins() == begins)
        .map(Deed::at)
        .findFirst()
        .orElseThrow();
  }

  private Optional<Instant> allSeen(Instant since) {
    var missing = new HashSet<>(USERS);
    return seen.stream()
        .filter(each -> each.at().isAfter(since))
        .filter(each -> missing.remove(each.user()) && missing.isEmpty())
        .map(Seen::at)
        .findFirst();
  }

  private Optional<Instant> lastDouble(Instant since) {
    return seen.stream()
        .filter(each -> each.at().isAfter(since))
        .collect(groupingBy(Seen::user, mapping(Seen::at, toList())))
        .values()
        .stream()
        .flatMap(instants -> quick(instants).stream())
        .max(Comparator.naturalOrder());
  }

  /** When the coordinator first said this after an instant; its lines begin with the time of day. */
  private String logged(String text, Instant since) {
    ZonedDateTime day = since.atZone(ZoneId.systemDefault());
    return seconds(
        since,
        log.lines()
            .filter(line -> line.contains(text))
            .map(line -> day.with(LocalTime.parse(line.substring(0, 12))).toInstant())
            .filter(at -> at.isAfter(since))
            .findFirst());
  }

  private static String seconds(Instant since, Optional<Instant> until) {
    return until
        .map(at -> String.format(Locale.ROOT, "%.1f", seconds(Duration.between(since, at))))
        .orElse("-");
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  @Override
  public String toString() {
    return "\n" + figures() + run.workers() + "\n" + run.disturbances() + "\n" + log + "\n"
        + String.join("\n", workers) + "\n";
  }
}
