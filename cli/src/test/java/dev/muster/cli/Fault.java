package dev.muster.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Something that is done to a worker, or to the target, at an instant of a run.
 *
 * @param victim a worker's name, {@code target} or {@code coordinator}
 * @param at since the first request
 * @param lasts until it is made good; nothing for what never is
 */
record Fault(Kind kind, String victim, Duration at, Duration lasts) {

  /** What is done. */
  enum Kind {
    /** The process gets SIGKILL. Target and coordinator are started again, a worker is not. */
    KILLED,
    /** The process gets SIGSTOP, and SIGCONT at the end. */
    STOPPED,
    /** What it and the coordinator say to each other is lost, and neither is told. */
    CUT_OFF,
    /** Its cable to the coordinator is taken out, and plugged in again at the end. */
    UNPLUGGED,
    /** What it and the target say to each other is lost, and neither is told. */
    STARVED,
    /** Its wall clock jumps, and stays so. */
    CLOCK_JUMPS
  }

  private static final List<Kind> TO_WORKERS = List.of(
      Kind.KILLED, Kind.STOPPED, Kind.CUT_OFF, Kind.UNPLUGGED, Kind.STARVED);

  /** A fault whose victim is well again, if ever, after {@code lasts}. */
  Duration end() {
    return at.plus(lasts);
  }

  /** Whether the coordinator loses touch with the worker for longer than it has patience. */
  boolean makesAbsent() {
    return switch (kind) {
      case KILLED -> true;
      case STOPPED, CUT_OFF, UNPLUGGED -> lasts.compareTo(Duration.ofSeconds(5)) >= 0;
      case STARVED, CLOCK_JUMPS -> false;
    };
  }

  /** An instant in the four seconds after the first two, as likely as any other in them. */
  static Duration anyInstant(RandomGenerator random) {
    return Duration.ofMillis(random.nextInt(2_000, 6_000));
  }

  /**
   * Faults for {@code workers}, to each of them one or none, and now and then one to the target; to one
   * worker at least, and at least one survives.
   */
  static List<Fault> some(List<String> workers, RandomGenerator random) {
    var faults = new ArrayList<Fault>();
    int deaths = 0;
    String first = workers.get(random.nextInt(workers.size()));
    for (String worker : workers) {
      if (worker.equals(first) || random.nextInt(3) > 0) {
        boolean mayDie = deaths < workers.size() - 1;
        Kind kind = TO_WORKERS.get(random.nextInt(mayDie ? 0 : 1, TO_WORKERS.size()));
        deaths += kind == Kind.KILLED ? 1 : 0;
        faults.add(at(random, kind, worker, kind == Kind.KILLED ? 0 : random.nextInt(200, 20_000)));
      }
    }
    if (random.nextInt(5) == 0) {
      faults.add(at(random, Kind.KILLED, Trial.TARGET, random.nextInt(200, 5_000)));
    }
    return faults;
  }

  private static Fault at(RandomGenerator random, Kind kind, String victim, int lastsMillis) {
    return new Fault(
        kind, victim, Duration.ofMillis(random.nextInt(500, 10_000)),
        Duration.ofMillis(lastsMillis));
  }
}
