package dev.muster.ec2;

import dev.muster.deploy.spawn.Launch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks after the fleets of a coordinator for as long as it is open: launches another in place of each
 * instance that EC2 takes back, ends all instances in the region whose time is over, and tells the meter what
 * EC2 says. It keeps nothing that another could not find out: after a restart it goes on.
 *
 * <p>What fails is told, and tried again. Has one thread.
 */
public final class Keeper implements AutoCloseable {

  private static final Duration STEP = Duration.ofSeconds(2);

  /** How old what EC2 said may be, while no worker has a notice. */
  private static final Duration LOOK = Duration.ofSeconds(10);

  private static final Duration REAP = Duration.ofMinutes(1);

  /** The coordinator whose fleets these are. What fails is thrown as any exception. */
  public interface Host {

    /** All workers that have joined, by name, and how it stands with each. */
    Map<String, Upkeep.Stand> workers();

    /** A token that lets in one instance, once that is expected. */
    Pass pass();

    /** Where an instance fetches Muster now, as one before it has fetched it from {@code before}. */
    Distribution distribution(Distribution before);

    /** Lets a worker leave. */
    void drain(String worker);

    /** Hears what EC2 tells of the instances of its fleets. */
    void bill(List<FleetInstance> instances);
  }

  /** A join token. */
  public interface Pass {

    /** Its text, which is a secret. */
    String text();

    /** Lets these instances in. */
    void expect(Collection<String> instances);
  }

  private final Ec2Fleet fleets;
  private final Host host;
  private final Duration patience;
  private final InstantSource clock;
  private final Consumer<String> told;
  private final Set<String> known = new HashSet<>();
  private final Set<String> hopeless = new HashSet<>();
  private Instant looked = Instant.MIN;
  private Instant reaped = Instant.MIN;
  private String lastProblem = "";

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("keeper").factory());

  /**
   * A keeper that does nothing until {@link #start}, or step by step.
   *
   * @param patience how long an instance may take from its launch to its hello
   * @param told hears in sentences what it does, and what fails
   */
  public Keeper(
      Ec2Fleet fleets, Host host, Duration patience, InstantSource clock, Consumer<String> told) {
    this.fleets = fleets;
    this.host = host;
    this.patience = patience;
    this.clock = clock;
    this.told = told;
  }

  /** Does it again and again from now on. */
  public void start() {
    var _ = thread.scheduleWithFixedDelay(
        this::tryStep, 0, STEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tryStep() {
    try {
      step();
      lastProblem = "";
    } catch (RuntimeException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(lastProblem)) {
        told.accept(problem);
      }
      lastProblem = problem;
    }
  }

  /** Looks once at what there is, and does what is to be done now. For one thread at a time. */
  void step() {
    Instant now = clock.instant();
    Map<String, Upkeep.Stand> workers = host.workers();
    boolean noticed = workers.values()
        .stream()
        .anyMatch(
            stand -> stand == Upkeep.Stand.TAKEN || stand == Upkeep.Stand.LIKELY_TAKEN);
    if (!noticed && now.isBefore(looked.plus(LOOK))) {
      return;
    }
    List<FleetInstance> instances = fleets.instances();
    looked = now;
    instances.stream().map(FleetInstance::id).filter(workers::containsKey).forEach(known::add);
    known.retainAll(instances.stream().map(FleetInstance::id).toList());
    var upkeep = new Upkeep(instances, workers, known);
    host.bill(upkeep.ours().toList());
    List<FleetInstance> late = upkeep.toEnd(now, patience);
    for (FleetInstance each : late) {
      told.accept(
          each.id() + " has not joined within " + patience.toSeconds() + " s; it is ended.");
    }
    fleets.terminate(late.stream().map(FleetInstance::id).toList());
    upkeep.toReplace(now, patience)
        .stream()
        .filter(each -> !hopeless.contains(each.id()))
        .forEach(this::replace);
    for (String worker : upkeep.toDrain()) {
      told.accept(worker + " leaves, as another has come in its place.");
      host.drain(worker);
    }
    if (!now.isBefore(reaped.plus(REAP))) {
      for (FleetInstance each : fleets.reap()) {
        told.accept(
            each.id() + " of fleet " + each.fleet() + ", whose time was over at " + each.expires()
                + ", is ended.");
      }
      reaped = now;
    }
  }

  private void replace(FleetInstance taken) {
    Pass pass = host.pass();
    Optional<Launch> launch = fleets.replace(taken, pass.text(), host::distribution);
    if (launch.isEmpty()) {
      hopeless.add(taken.id());
      told.accept(
          taken.id() + " of fleet " + taken.fleet()
              + " is taken back, and not replaced: the fleet's time is nearly over, or nothing says "
              + "how it was ordered.");
      return;
    }
    pass.expect(launch.get().launched());
    told.accept(
        taken.id() + " of fleet " + taken.fleet() + " is taken back; "
            + String.join(", ", launch.get().launched()) + " is launched in its place.");
  }

  /** Ends, when the step that it is at has ended. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STEP.toSeconds() * 5, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
