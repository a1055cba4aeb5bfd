package dev.muster.cli;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.muster.cli.Fault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is done to processes that sit on machines of their own, and Muster's ledger beside the target's own
 * count after each. Every test holds its run to {@link Account#holds}, and to what its name says. Instants
 * are drawn by a seed, which a failure names; figures go to {@code target/faults.txt}. Runs wait more than
 * they work, so some are done at a time.
 *
 * <pre>
 *   -Dmuster.faults=N       so many schedules at random instead of one
 *   -Dmuster.faultSeed=S    from this seed on
 * </pre>
 */
class FaultIT {

  private static final long SEED = Long.getLong("muster.faultSeed", 1);

  @TempDir
  private Path folder = Path.of("");

  @BeforeAll
  static void assumeThatThereCanBeNetworks() {
    Network.assume();
  }

  @Execution(CONCURRENT)
  @Test
  void what_a_killed_worker_took_along_is_bounded() throws IOException {
    Account account = after(fault(Kind.KILLED, "worker-2", 0));

    assertThat(account.run().ledger().lost()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void a_worker_that_stood_still_for_ten_seconds_loses_nothing() throws IOException {
    Account account = after(fault(Kind.STOPPED, "worker-2", 10));

    assertThat(account.received()).as(account.toString()).isEqualTo(account.run().ledger().sent());
  }

  @Execution(CONCURRENT)
  @Test
  void a_worker_that_was_cut_off_for_twenty_seconds_hands_in_its_double_load() throws IOException {
    Account account = after(fault(Kind.CUT_OFF, "worker-2", 20));

    assertThat(account.received()).as(account.toString()).isEqualTo(account.run().ledger().sent());
    assertThat(account.doneTwice()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void so_does_one_whose_cable_was_out() throws IOException {
    Account account = after(fault(Kind.UNPLUGGED, "worker-2", 8));

    assertThat(account.received()).as(account.toString()).isEqualTo(account.run().ledger().sent());
    assertThat(account.doneTwice()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void what_is_lost_on_its_way_to_the_target_was_sent_and_has_failed() throws IOException {
    Account account = after(fault(Kind.STARVED, "worker-2", 7));

    assertThat(account.run().ledger().failed()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void what_is_sent_to_a_target_that_was_killed_has_failed() throws IOException {
    Account account = after(fault(Kind.KILLED, Trial.TARGET, 3));

    assertThat(account.run().ledger().failed()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void a_run_goes_on_when_its_coordinator_was_killed_and_is_there_again() throws IOException {
    Account account = after(fault(Kind.KILLED, Trial.COORDINATOR, 4));

    assertThat(account.received()).as(account.toString()).isEqualTo(account.run().ledger().sent());
    assertThat(account.run().ledger().failed()).as(account.toString()).isZero();
  }

  @Execution(CONCURRENT)
  @Test
  void two_at_once_the_coordinator_dies_and_a_worker_too() throws IOException {
    after(fault(Kind.KILLED, Trial.COORDINATOR, 4), fault(Kind.KILLED, "worker-2", 0));
  }

  @Execution(CONCURRENT)
  @Test
  void a_clock_that_is_minutes_off_and_then_jumps_changes_nothing() throws IOException {
    Installed.assume("faketime", "a clock of its own");
    try (var trial = Trial.withClockOfItsOwn(folder)) {
      Account account = trial.ofUsers(List.of(fault(Kind.CLOCK_JUMPS, "worker-1", 0)));
      note(account);

      account.holds();
      assertThat(account.absent()).as(account.toString()).isEmpty();
      assertThat(account.doneTwice()).as(account.toString()).isZero();
    }
  }

  @Execution(CONCURRENT)
  @Test
  void two_at_once_one_dies_while_another_is_cut_off() throws IOException {
    Account account = after(
        fault(Kind.CUT_OFF, "worker-1", 10), fault(Kind.KILLED, "worker-2", 0));

    assertThat(account.run().ledger().lost()).as(account.toString()).isPositive();
  }

  @Execution(CONCURRENT)
  @Test
  void two_at_once_one_is_cut_off_and_stands_still() throws IOException {
    Account account = after(
        fault(Kind.CUT_OFF, "worker-1", 8), fault(Kind.STOPPED, "worker-1", 10));

    assertThat(account.received()).as(account.toString()).isEqualTo(account.run().ledger().sent());
  }

  @Execution(CONCURRENT)
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatever_happens_the_ledger_agrees_with_the_target(long seed) throws IOException {
    var random = new Random(seed);
    Fault[] faults = Fault.some(Trial.WORKERS, random).toArray(Fault[]::new);
    if (random.nextInt(4) > 0) {
      after(faults);
    } else {
      try (var trial = new Trial(folder)) {
        Account account = trial.ofArrivals(List.of(faults));
        note(account);
        account.holds();
      }
    }
  }

  static LongStream seeds() {
    return LongStream.range(SEED, SEED + Long.getLong("muster.faults", 1));
  }

  /** A run of users to whose cluster this happens. */
  private Account after(Fault... faults) throws IOException {
    try (var trial = new Trial(folder)) {
      Account account = trial.ofUsers(List.of(faults));
      note(account);
      account.holds();
      return account;
    }
  }

  private static synchronized void note(Account account) throws IOException {
    Files.writeString(Path.of("target", "faults.txt"), account.figures(), CREATE, APPEND);
  }

  /** At an instant of its own, which is the same each time. */
  private static Fault fault(Kind kind, String victim, int seconds) {
    var random = new Random(SEED + kind.name().hashCode());
    return new Fault(kind, victim, Fault.anyInstant(random), Duration.ofSeconds(seconds));
  }
}
