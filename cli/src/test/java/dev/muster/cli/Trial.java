package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A coordinator, three workers and a target, each a process on a machine of its own, one run on them, and
 * what is done to them meanwhile.
 */
final class Trial implements AutoCloseable {

  static final String TARGET = "target";
  static final String COORDINATOR = "coordinator";
  static final int USERS = 12;
  static final List<String> WORKERS = List.of("worker-1", "worker-2", "worker-3");

  /** From when all is well again: to come back over a new link, to be told, to go on, and to be seen to. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(10);

  private final Path folder;
  private final Network network;
  private final DistantServer target;
  private final Cluster cluster;
  private final Map<String, Muster> workers = new LinkedHashMap<>();

  /** A trial whose workers know the time. */
  Trial(Path folder) {
    this(folder, List.of());
  }

  /** A trial whose first worker's wall clock is minutes ahead of the others. */
  static Trial withClockOfItsOwn(Path folder) {
    setClock(folder, "+200");
    return new Trial(
        folder,
        List.of(
            "LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "FAKETIME_CACHE_DURATION=1", "FAKETIME_TIMESTAMP_FILE=" + clock(folder)));
  }

  private Trial(Path folder, List<String> environmentOfFirst) {
    this.folder = folder;
    this.network = Network.of(WORKERS);
    this.target = started(() -> DistantServer.start(network, folder), network::close);
    this.cluster = started(
        () -> Cluster.start(
            process -> command(process, environmentOfFirst), folder, "--bind",
            network.coordinatorAddress()),
        target::close, network::close);
    for (String worker : WORKERS) {
      workers.put(
          worker,
          started(
              () -> cluster.join(
                  worker, "--allow-target", Network.TARGETS, "--give-up-after", "60"),
              this::close));
    }
  }

  /** What is started; if that fails, what was started before it is ended. */
  private static <T> T started(Supplier<T> start, Runnable... ends) {
    try {
      return start.get();
    } catch (RuntimeException | AssertionError e) {
      for (Runnable end : ends) {
        end.run();
      }
      throw e;
    }
  }

  private static Path clock(Path folder) {
    return folder.resolve("clock");
  }

  private static void setClock(Path folder, String offsetSeconds) {
    try {
      Files.writeString(clock(folder), offsetSeconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> command(String process, List<String> environmentOfFirst) {
    var command = new ArrayList<>(network.on(process));
    // It tells then when a worker is lost, and when it is back.
    command.addAll(List.of("env", "MUSTER_LOG=INFO"));
    if (process.equals(WORKERS.getFirst())) {
      command.addAll(environmentOfFirst);
    }
    return command;
  }

  /** A run of users who think for 0.3 s. */
  Account ofUsers(List<Fault> faults) {
    return run("{ users: " + USERS + ", duration: %ds }", "trial_" + USERS, faults);
  }

  /** A run of forty arrivals a second. */
  Account ofArrivals(List<Fault> faults) {
    return run("{ rate: 40/s, duration: %ds }", "trial_40", faults);
  }

  private Account run(String load, String name, List<Fault> faults) {
    Duration duration = faults.stream()
        .map(Fault::end)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO)
        .plus(AFTERWARDS)
        // A coordinator that is back, after some seconds of its own, waits ten for its workers.
        .plus(
            faults.stream().anyMatch(fault -> fault.victim().equals(COORDINATOR))
                ? Duration.ofSeconds(16)
                : Duration.ZERO);
    String plan = Muster.plan(folder, """
        name: trial
        target: %s
        http: { headers: { X-User: '${user}' }, timeout: 3s, connect-timeout: 2s }
        scenario: [ { get: '/${iteration}', name: / }, { think: 250ms..350ms } ]
        load: %s
        """.formatted(target.address(), load.formatted(duration.toSeconds())));
    // Detached, as it is not the command's life that is tried here but the coordinator's.
    Ended ended = cluster.ask(
        "submit", plan, "-w", String.valueOf(WORKERS.size()), "--detach");
    assertThat(ended.exitCode()).describedAs(ended.toString()).isZero();
    try {
      List<Account.Deed> deeds = make(faults, target.awaitFirst());
      return new Account(
          SummaryJson.read(awaitSummary(name)), target.end(), faults,
          deeds, cluster.coordinator().progress(),
          workers.values().stream().map(Muster::toString).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Results appear in the coordinator's folder when a run has ended. */
  private Path awaitSummary(String run) throws IOException {
    long deadline = System.nanoTime() + Muster.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try (Stream<Path> experiments = Files.list(folder.resolve("muster-data/results"))) {
        Optional<Path> summary = experiments
            .map(experiment -> experiment.resolve(run).resolve("summary.json"))
            .filter(Files::exists)
            .findFirst();
        if (summary.isPresent()) {
          return summary.get();
        }
      } catch (NoSuchFileException e) {
        // No run has ended yet.
      }
      awaitInstant(Instant.now().plusMillis(100));
    }
    throw new AssertionError("the run has not ended: " + cluster.coordinator());
  }

  /** Does what is to be done, each at its instant, and says when it was. */
  private List<Account.Deed> make(List<Fault> faults, Instant start) {
    record Due(Duration at, Fault fault, boolean begins) {}
    var due = new ArrayList<Due>();
    for (Fault fault : faults) {
      due.add(new Due(fault.at(), fault, true));
      due.add(new Due(fault.end(), fault, false));
    }
    // The sort is stable: what lasts for no time begins before it ends.
    due.sort(Comparator.comparing(Due::at));
    var deeds = new ArrayList<Account.Deed>();
    for (Due next : due) {
      awaitInstant(start.plus(next.at()));
      if (next.begins()) {
        begin(next.fault());
      } else {
        end(next.fault());
      }
      deeds.add(new Account.Deed(next.fault(), next.begins(), Instant.now()));
    }
    return deeds;
  }

  /** It is the instants that are tried here: nothing else is waited for. */
  private static void awaitInstant(Instant instant) {
    try {
      TimeUnit.NANOSECONDS.sleep(Duration.between(Instant.now(), instant).toNanos());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void begin(Fault fault) {
    String victim = fault.victim();
    switch (fault.kind()) {
      case KILLED -> process(victim).signal("KILL");
      case STOPPED -> process(victim).signal("STOP");
      case CUT_OFF -> network.drop(victim, Network.Cable.CONTROL);
      case UNPLUGGED -> network.unplug(victim, Network.Cable.CONTROL);
      case STARVED -> network.drop(victim, Network.Cable.LOAD);
      case CLOCK_JUMPS -> setClock(folder, "-100");
    }
  }

  private void end(Fault fault) {
    String victim = fault.victim();
    switch (fault.kind()) {
      case KILLED -> {
        if (victim.equals(TARGET)) {
          target.startAgain();
        } else if (victim.equals(COORDINATOR)) {
          cluster.startCoordinatorAgain("--bind", network.coordinatorAddress());
        }
      }
      case STOPPED -> process(victim).signal("CONT");
      case CUT_OFF -> network.carry(victim, Network.Cable.CONTROL);
      case UNPLUGGED -> network.plugIn(victim, Network.Cable.CONTROL);
      case STARVED -> network.carry(victim, Network.Cable.LOAD);
      case CLOCK_JUMPS -> {
        // It stays as it is.
      }
    }
  }

  private Muster process(String victim) {
    return switch (victim) {
      case TARGET -> target.process();
      case COORDINATOR -> cluster.coordinator();
      default -> Objects.requireNonNull(workers.get(victim), victim);
    };
  }

  @Override
  public void close() {
    cluster.close();
    target.close();
    network.close();
  }
}
