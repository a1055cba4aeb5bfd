package dev.muster.simulation;

import dev.muster.coordinator.run.RunMachine;
import dev.muster.plan.Experiment;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LoadChange;
import dev.muster.worker.run.PartId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * One run of one cluster, with the faults that a seed has in store; and what must be true of it all along.
 * The same seed plays the same story, to the last message.
 */
public final class Cluster {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  /** After the last fault: to be found silent, to be told, to have had the last answer, and some more. */
  private static final long HEALED_NANOS = 9 * SECOND;

  private static final RunMachine.Patience PATIENCE = new RunMachine.Patience(
      30 * SECOND, 3 * SECOND, 10 * SECOND, 20 * SECOND, 200 * SECOND);

  /**
   * What came of a run.
   *
   * @param faults what was done to it, in words
   * @param sent requests that the target received
   */
  public record Outcome(List<String> faults, long sent) {}

  private final Random random;
  private final Timeline timeline = new Timeline();
  private final Target target = new Target();
  private final RunPlan plan;
  private final Coordinator coordinator;
  private final List<Worker> workers = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final long mostDelayNanos;
  private final int firstWorkers;

  /** What workers had sent when they were last seen to stand still, without a coordinator. */
  private final Map<String, Long> sentWhenStill = new HashMap<>();

  private long lastFaultNanos;
  private boolean killed;

  /** What the target had received when it was last seen that all hold; negative when they did not. */
  private long receivedWhenHeld = -1;

  private Cluster(long seed) {
    random = new Random(seed);
    mostDelayNanos = random.nextBoolean() ? 20 * MILLI : 400 * MILLI;
    firstWorkers = random.nextInt(20) == 0 ? 1 + random.nextInt(50) : 1 + random.nextInt(5);
    plan = anyPlan(seed);
    coordinator = new Coordinator(timeline, plan, PATIENCE);
  }

  /**
   * Plays the story of a seed to its end.
   *
   * @throws IllegalStateException if something was not as it must be, with the seed and the story
   */
  public static Outcome play(long seed) {
    var cluster = new Cluster(seed);
    try {
      cluster.play();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "seed " + seed + ", at " + cluster.seconds() + " s: " + e.getMessage() + "\n  "
              + cluster.plan.lanes() + " lanes, " + cluster.firstWorkers + " workers; "
              + String.join("; ", cluster.faults) + "\n  " + cluster.state(),
          e);
    }
    return new Outcome(List.copyOf(cluster.faults), cluster.target.received());
  }

  /** Where everybody stands, for who looks for a mistake. */
  private String state() {
    var text = new StringBuilder();
    for (Worker worker : workers) {
      text.append(worker.id())
          .append(worker.isDead() ? " is dead, " : " ")
          .append(coordinator.countsOn(worker.id()) ? "is counted on, " : "")
          .append("was told ")
          .append(coordinator.toldEpoch(worker.id()))
          .append(", acted on ")
          .append(worker.epoch())
          .append(", has ")
          .append(worker.lanes().cardinality())
          .append(" lanes; ");
    }
    return text.toString();
  }

  private String seconds() {
    return String.format(Locale.ROOT, "%.3f", timeline.now() / 1e9);
  }

  private RunPlan anyPlan(long seed) {
    boolean open = random.nextInt(4) == 0;
    String load = open
        ? "{ rate: %d/s, arrivals: %s, duration: %ds }".formatted(
            1 + random.nextInt(20), random.nextBoolean() ? "regular" : "poisson",
            5 + random.nextInt(30))
        : "{ users: %d, duration: %ds%s }".formatted(
            1 + random.nextInt(40), 5 + random.nextInt(30),
            random.nextBoolean() ? ", spawn: 5/s" : "");
    String think = random.nextInt(5) == 0 ? "300ms" : "1s..4s";
    String text = """
        name: simulated
        target: http://localhost
        seed: %d
        scenario:
          - get: /
          - think: %s
        load: %s
        """.formatted(Math.abs(seed % 1_000), think, load);
    return switch (PlanFile.read(new PlanSource("plan.yaml", text, List.of(), Map.of()))) {
      case PlanReading.Readable(var read) -> Experiment.of(read).runs().getFirst();
      case PlanReading.Unreadable unreadable ->
        throw new IllegalStateException(unreadable.problems().toString());
    };
  }

  private void play() {
    for (int i = 0; i < firstWorkers; i++) {
      addWorker(new Host());
    }
    beginWhenAllAreHere();
    long quiet = 0;
    while (timeline.step()) {
      if (coordinator.ended() != null && quiet == 0) {
        quiet = timeline.now() + 20 * SECOND;
      }
      if (quiet != 0 && timeline.now() > quiet) {
        break;
      }
      if (!coordinator.hasStarted() && workers.stream().allMatch(Worker::isDead)) {
        // It waits for workers, as it should.
        return;
      }
      check(
          timeline.now() < 600 * SECOND, "the run does not end");
    }
    checkTheEnd();
  }

  private Worker addWorker(Host host) {
    var worker = new Worker(
        "w" + workers.size(), host, timeline, random, plan, target, coordinator, mostDelayNanos);
    workers.add(worker);
    return worker;
  }

  private void beginWhenAllAreHere() {
    timeline.after(100 * MILLI, () -> {
      if (coordinator.joined() == firstWorkers) {
        coordinator.beginRun();
        planFaults();
        watch();
      } else {
        beginWhenAllAreHere();
      }
    });
  }

  // ---- faults

  private void planFaults() {
    int count = random.nextInt(4) == 0 ? 0 : random.nextInt(7);
    for (int i = 0; i < count; i++) {
      timeline.after(
          random.nextLong(plan.profile().durationNanos() + 4 * SECOND), this::anyFault);
    }
    int changes = random.nextBoolean() ? 0 : 1 + random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      timeline.after(random.nextLong(plan.profile().durationNanos()), this::anyChange);
    }
  }

  private void anyChange() {
    int users = 1 + random.nextInt(60);
    if (random.nextBoolean()) {
      if (coordinator.change(at -> new LoadChange.Scale(at, users))) {
        fault("scales to " + users + " users", 0);
      }
    } else if (coordinator.changes().isPaused()) {
      if (coordinator.change(LoadChange.Resume::new)) {
        fault("resumes", 0);
      }
    } else if (coordinator.change(LoadChange.Pause::new)) {
      fault("pauses", 0);
    }
  }

  private void anyFault() {
    if (coordinator.ended() != null) {
      return;
    }
    Worker worker = workers.get(random.nextInt(workers.size()));
    if (worker.isDead()) {
      return;
    }
    long nanos = random.nextLong(100 * MILLI, 15 * SECOND);
    switch (random.nextInt(9)) {
      case 0 -> {
        fault("kills " + worker.id(), 0);
        killed = true;
        worker.kill();
        if (random.nextInt(3) > 0) {
          timeline.after(random.nextLong(10 * SECOND), () -> {
            fault("starts w" + workers.size() + " where " + worker.id() + " was", 0);
            addWorker(worker.host());
          });
        }
      }
      case 1 -> {
        fault("stops " + worker.id(), nanos);
        worker.pause(nanos);
      }
      case 2 -> {
        fault("cuts off " + worker.id(), nanos);
        worker.cutOff(nanos);
      }
      case 3, 4 -> {
        fault("breaks the link of " + worker.id(), 0);
        worker.breakLink();
      }
      case 5 -> {
        fault("adds w" + workers.size(), 0);
        addWorker(new Host());
        perhapsKillTheCoordinatorSoon();
      }
      case 6 -> {
        fault("drains " + worker.id(), 0);
        coordinator.drain(worker.id());
        perhapsKillTheCoordinatorSoon();
      }
      case 7 -> killCoordinator(nanos);
      default -> {
        fault("lets the disk fail", nanos / 4);
        coordinator.failDisk(nanos / 4);
      }
    }
  }

  /** While lanes are on their way from one worker to another. */
  private void perhapsKillTheCoordinatorSoon() {
    if (random.nextInt(4) == 0) {
      timeline.after(
          random.nextLong(3 * SECOND), () -> killCoordinator(random.nextLong(100 * MILLI, SECOND)));
    }
  }

  private void killCoordinator(long nanos) {
    if (coordinator.isDead() || coordinator.ended() != null) {
      return;
    }
    fault("kills the coordinator", nanos);
    // Whoever looks for it has some time for that.
    lastFaultNanos = Math.max(lastFaultNanos, timeline.now() + nanos + PATIENCE.returnNanos());
    coordinator.kill();
    timeline.after(nanos, () -> {
      if (!coordinator.restart()) {
        beginWithAnybody();
      }
    });
  }

  private void beginWithAnybody() {
    timeline.after(5 * SECOND, () -> {
      if (coordinator.isDead() || coordinator.hasStarted()) {
        return;
      }
      if (coordinator.joined() > 0) {
        coordinator.beginRun();
      } else {
        beginWithAnybody();
      }
    });
  }

  private void fault(String what, long nanos) {
    faults.add(
        "at %s s %s%s".formatted(
            seconds(), what,
            nanos == 0 ? "" : String.format(Locale.ROOT, " for %.3f s", nanos / 1e9)));
    lastFaultNanos = Math.max(lastFaultNanos, timeline.now() + nanos);
  }

  // ---- what must be true

  private void watch() {
    timeline.after(100 * MILLI, () -> {
      if (coordinator.ended() == null) {
        nobodyShares();
        nothingIsForgotten();
        everybodyHears();
        nobodySendsInAPause();
        nobodySendsWithoutACoordinator();
        watch();
      }
    });
  }

  private void nobodyShares() {
    var seen = new BitSet();
    for (Worker worker : workers) {
      if (isAbreast(worker)) {
        check(!seen.intersects(worker.lanes()), worker.id() + " has lanes that another has too");
        seen.or(worker.lanes());
      }
    }
  }

  /** Whether a worker is counted on, and has heard all that it was told. */
  private boolean isAbreast(Worker worker) {
    return !worker.isDead() && coordinator.countsOn(worker.id())
        && worker.epoch() == coordinator.toldEpoch(worker.id());
  }

  /** Whether there is load, and all has had the time to come right since the last fault. */
  private boolean isHealed() {
    return coordinator.hasStarted()
        && timeline.now() - Math.max(coordinator.startNanos(), lastFaultNanos) >= HEALED_NANOS
        // Clocks are known to within the time that a message takes.
        && timeline.now() <= coordinator.startNanos() + plan.profile().durationNanos()
            - mostDelayNanos - 100 * MILLI;
  }

  private void everybodyHears() {
    int changes = coordinator.changes().list().size();
    for (Worker worker : workers) {
      check(
          !isHealed() || worker.isDead() || worker.isThrough()
              || !coordinator.countsOn(worker.id()) || worker.changes() == changes,
          worker.id() + " knows of " + worker.changes() + " changes, and there were " + changes);
    }
  }

  private void nothingIsForgotten() {
    if (!isHealed()) {
      return;
    }
    var seen = new BitSet();
    boolean anybody = false;
    for (Worker worker : workers) {
      if (isAbreast(worker)) {
        anybody = true;
        seen.or(worker.lanes());
      }
    }
    check(
        !anybody || seen.cardinality() == coordinator.lanes(),
        "only " + seen.cardinality() + " lanes are somebody's");
  }

  private void nobodySendsWithoutACoordinator() {
    for (Worker worker : workers) {
      long before = sentWhenStill.getOrDefault(worker.id(), worker.sent());
      check(
          !worker.standsStill() || worker.sent() == before,
          worker.id() + " goes on without a coordinator");
      if (worker.standsStill()) {
        sentWhenStill.put(worker.id(), worker.sent());
      } else {
        sentWhenStill.remove(worker.id());
      }
    }
  }

  /** When all have heard of it, and have sent what was due before. */
  private void nobodySendsInAPause() {
    boolean all = coordinator.changes().isPaused()
        && timeline.now() - lastFaultNanos > HEALED_NANOS;
    for (Worker worker : workers) {
      all &= worker.isDead() || worker.isThrough()
          || worker.changes() == coordinator.changes().list().size();
    }
    check(
        !all || receivedWhenHeld < 0 || receivedWhenHeld == target.received(),
        target.received() - receivedWhenHeld + " requests were sent in a pause");
    receivedWhenHeld = all ? target.received() : -1;
  }

  private void checkTheEnd() {
    check(coordinator.ended() != null, "the run has not ended");
    long sent = 0;
    for (Worker worker : workers) {
      sent += worker.sent();
      ledger(worker);
      nothingIsGone(worker);
    }
    check(
        sent == target.received(),
        sent + " were sent and " + target.received() + " received");
    if (!coordinator.hasLost() && !killed) {
      check(target.repeated() == 0, target.repeated() + " iterations were done twice");
    }
  }

  /** What was once measured is stored, or is still where the next process finds it. */
  private void nothingIsGone(Worker worker) {
    if (!coordinator.takesPart(worker.id())) {
      return;
    }
    var of = new PartId(worker.id(), Coordinator.RUN);
    for (long sequence = 1; sequence <= worker.made(); sequence++) {
      check(
          coordinator.snapshots(worker.id()).containsKey(sequence)
              || worker.host().has(of, sequence),
          "snapshot " + sequence + " of " + worker.id() + " is gone");
    }
  }

  private void ledger(Worker worker) {
    if (!coordinator.takesPart(worker.id())) {
      return;
    }
    long stored = coordinator.storedSent(worker.id());
    if (coordinator.countsOn(worker.id())) {
      check(
          stored == worker.sent(),
          worker.id() + " sent " + worker.sent() + " and handed in " + stored);
    } else {
      check(
          worker.sent() <= stored + coordinator.mostUnknown(worker.id()),
          worker.id() + " was lost, sent " + worker.sent() + " and handed in " + stored
              + ", which leaves more than " + coordinator.mostUnknown(worker.id()));
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
