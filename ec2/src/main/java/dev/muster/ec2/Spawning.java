package dev.muster.ec2;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * From an order to workers that have joined. Whoever does not come in time is named with the last that it
 * said, ended, and replaced once. For one thread.
 */
public final class Spawning {

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int LAST_WORDS = 1_500;

  /** The coordinator that is to be joined. */
  public interface Host {

    /** Lets these instances in, beside those before. */
    void expect(Collection<String> instances);

    /** The names of all workers that have joined. */
    Set<String> joined();
  }

  private final Ec2Fleet fleet;
  private final Host host;
  private final Duration patience;
  private final Consumer<String> told;
  private final long begunNanos = System.nanoTime();

  /**
   * @param patience how long an instance may take from its launch to its hello
   * @param told hears, line by line, how it goes
   */
  public Spawning(Ec2Fleet fleet, Host host, Duration patience, Consumer<String> told) {
    this.fleet = fleet;
    this.host = host;
    this.patience = patience;
    this.told = told;
  }

  /**
   * Launches, and lets in what was launched, without waiting for any.
   *
   * @throws Ec2Problem if none was launched, or not all where fewer are of no use
   */
  public Launch launch(FleetOrder order, WorkerSetup setup) {
    Launch launch = fleet.launch(order, setup);
    host.expect(launch.launched());
    say(
        launch.launched().size() + " of " + order.count() + " launched: "
            + String.join(", ", launch.launched()));
    launch.missing().forEach(told);
    return launch;
  }

  /**
   * Launches and waits for each to say hello.
   *
   * @return how many have
   * @throws Ec2Problem as {@link #launch}
   */
  public int spawn(FleetOrder order, WorkerSetup setup) {
    Arrivals first = await(launch(order, setup).launched());
    List<String> lost = takeLeave(first);
    if (lost.isEmpty()) {
      return Math.toIntExact(first.arrived());
    }
    say(lost.size() + (lost.size() == 1 ? " is" : " are") + " replaced");
    Arrivals second = await(launch(order, setup).launched());
    var _ = takeLeave(second);
    return Math.toIntExact(second.arrived());
  }

  private Arrivals await(List<String> launched) {
    long begin = System.nanoTime();
    String last = "";
    while (true) {
      var arrivals = new Arrivals(launched, fleet.instances(launched), host.joined());
      String now = arrivals.running() + " running, " + arrivals.arrived() + " of "
          + launched.size() + " have said hello";
      if (!now.equals(last)) {
        say(now);
        last = now;
      }
      if (arrivals.isComplete() || System.nanoTime() - begin > patience.toNanos()) {
        return arrivals;
      }
      Pause.of(POLL);
    }
  }

  /** Names those that have not come, with what they said, and ends them. */
  private List<String> takeLeave(Arrivals arrivals) {
    var lost = new ArrayList<>(arrivals.fallen());
    lost.addAll(arrivals.awaited());
    for (String id : lost) {
      String why = arrivals.fallen().contains(id)
          ? " ended before it joined"
          : " has not joined within " + patience.toSeconds() + " s";
      told.accept(id + why + ". " + console(id));
    }
    fleet.terminate(lost);
    return lost;
  }

  private String console(String id) {
    try {
      String said = fleet.console(id).strip();
      return said.isEmpty()
          ? "EC2 has nothing of its console."
          : "The last on its console:\n" + said.substring(Math.max(0, said.length() - LAST_WORDS))
              .indent(4)
              .stripTrailing();
    } catch (Ec2Problem e) {
      return "Its console cannot be read: " + e.getMessage();
    }
  }

  private void say(String what) {
    long seconds = (System.nanoTime() - begunNanos) / 1_000_000_000;
    told.accept(String.format("  %d:%02d  %s", seconds / 60, seconds % 60, what));
  }
}
