package dev.muster.deploy.spawn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * From an order to workers that have joined, the same for every place. Whoever does not come in time is named
 * with the last that it said, ended, and replaced once. For one thread.
 */
public final class Spawning {

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int LAST_WORDS = 1_500;

  /** The coordinator that is to be joined. Every method throws {@link HostAway} while it does not answer. */
  public interface Host {

    /** Lets these workers in, beside those before. */
    void expect(Collection<String> workers);

    /** The names of all workers that have joined. */
    Set<String> joined();
  }

  /** Time, and how to let some of it pass. */
  interface Clock {

    Clock REAL = new Clock() {

      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void pause(Duration time) {
        Pause.of(time);
      }
    };

    long nanos();

    void pause(Duration time);
  }

  private final WorkerPlace place;
  private final WorkerPlace.Launcher launcher;
  private final Host host;
  private final Duration patience;
  private final Consumer<String> told;
  private final Clock clock;
  private final long begun;
  private Set<String> joined = Set.of();
  private Optional<HostAway> away = Optional.empty();

  /**
   * @param launcher launches into {@code place}
   * @param patience how long a worker may take from its launch to its hello
   * @param told hears, line by line, how it goes
   */
  public Spawning(
      WorkerPlace place, WorkerPlace.Launcher launcher, Host host, Duration patience,
      Consumer<String> told) {
    this(place, launcher, host, patience, told, Clock.REAL);
  }

  Spawning(
      WorkerPlace place, WorkerPlace.Launcher launcher, Host host, Duration patience,
      Consumer<String> told, Clock clock) {
    this.place = place;
    this.launcher = launcher;
    this.host = host;
    this.patience = patience;
    this.told = told;
    this.clock = clock;
    this.begun = clock.nanos();
  }

  /**
   * Launches, and lets in what was launched, without waiting for any. A coordinator that does not answer then is
   * waited for.
   *
   * @throws PlaceProblem if none was launched, or not all where fewer are of no use
   * @throws HostAway if the coordinator is away for too long; what was launched is ended
   */
  public Launch launch(WorkerOrder order, Joining joining) {
    Launch launch = launcher.launch(order, joining);
    letIn(launch.launched());
    say(
        launch.launched().size() + " of " + order.count() + " launched: "
            + String.join(", ", launch.launched()));
    launch.missing().forEach(told);
    return launch;
  }

  private void letIn(List<String> launched) {
    long begin = clock.nanos();
    while (true) {
      try {
        host.expect(launched);
        return;
      } catch (HostAway e) {
        if (clock.nanos() - begin > patience.toNanos()) {
          place.end(launched);
          throw e;
        }
        tellAway(e);
        clock.pause(POLL);
      }
    }
  }

  private void tellAway(HostAway e) {
    if (away.isEmpty()) {
      say(e.getMessage() + " Waits for it.");
    }
    away = Optional.of(e);
  }

  /** As it was when it was last heard, while the coordinator is away. */
  private Set<String> joined() {
    try {
      joined = host.joined();
      away = Optional.empty();
    } catch (HostAway e) {
      tellAway(e);
    }
    return joined;
  }

  /**
   * Launches and waits for each to say hello. Those that do not are replaced once; where that is refused, those that
   * have are all there are, and why is said.
   *
   * @return how many have
   * @throws PlaceProblem as {@link #launch}
   * @throws HostAway as {@link #launch}, and if the coordinator is away when some have not come in time; those
   *     are ended
   */
  public int spawn(WorkerOrder order, Joining joining) {
    var phases = new Phases(joined());
    // Before the call, which takes a part of the time.
    long begin = clock.nanos();
    Arrivals arrivals = await(launch(order, joining).launched(), begin, phases);
    List<String> lost = takeLeave(arrivals);
    if (!lost.isEmpty()) {
      if (away.isPresent()) {
        throw away.get();
      }
      say(lost.size() + (lost.size() == 1 ? " is" : " are") + " replaced");
      long again = clock.nanos();
      Optional<Launch> replaced = launchAgain(order, joining);
      if (replaced.isPresent()) {
        arrivals = await(replaced.get().launched(), again, phases);
        var _ = takeLeave(arrivals);
      }
    }
    String times = phases.text();
    if (!times.isEmpty()) {
      say(times);
    }
    return arrivals.arrived().size();
  }

  private Optional<Launch> launchAgain(WorkerOrder order, Joining joining) {
    try {
      return Optional.of(launch(order, joining));
    } catch (PlaceProblem e) {
      told.accept("Nothing comes in place: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Arrivals await(List<String> launched, long begin, Phases phases) {
    phases.launched(launched, begin);
    String last = "";
    while (true) {
      var arrivals = new Arrivals(launched, place.machines(launched), joined());
      phases.seen(arrivals, clock.nanos());
      String now = arrivals.running().size() + " running, " + arrivals.arrived().size() + " of "
          + launched.size() + " have said hello";
      if (!now.equals(last)) {
        say(now);
        last = now;
      }
      if (arrivals.isComplete() || clock.nanos() - begin > patience.toNanos()) {
        return arrivals;
      }
      clock.pause(POLL);
    }
  }

  /** Names those that have not come, with what they said, and ends them. */
  private List<String> takeLeave(Arrivals arrivals) {
    var lost = new ArrayList<>(arrivals.fallen());
    lost.addAll(arrivals.awaited());
    for (String name : lost) {
      String why = arrivals.fallen().contains(name)
          ? " ended before it joined"
          : " has not joined within " + patience.toSeconds() + " s";
      told.accept(name + why + ". " + lastWords(name));
    }
    if (!lost.isEmpty()) {
      place.end(lost);
    }
    return lost;
  }

  private String lastWords(String name) {
    try {
      String said = place.lastWords(name).strip();
      return said.isEmpty()
          ? "There is nothing of what it said."
          : "The last that it said:\n" + said.substring(Math.max(0, said.length() - LAST_WORDS))
              .indent(4)
              .stripTrailing();
    } catch (PlaceProblem e) {
      return "What it said cannot be read: " + e.getMessage();
    }
  }

  private void say(String what) {
    long seconds = (clock.nanos() - begun) / 1_000_000_000;
    told.accept(String.format("  %d:%02d  %s", seconds / 60, seconds % 60, what));
  }
}
