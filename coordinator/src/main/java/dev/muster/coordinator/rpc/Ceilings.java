package dev.muster.coordinator.rpc;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.coordinator.bill.FleetBill;
import dev.muster.coordinator.run.RunEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the workers of a fleet leave that has cost as much as it may, those that are there and those that
 * join later. A run goes on with the others; one that has no others is stopped, as its machines would else
 * be kept until the end of its load. For the coordinator's thread.
 */
final class Ceilings {

  private static final Logger LOG = LoggerFactory.getLogger(Ceilings.class);

  private final Meter meter;
  private final Roster roster;
  private final Experiments experiments;

  Ceilings(Meter meter, Roster roster, Experiments experiments) {
    this.meter = meter;
    this.roster = roster;
    this.experiments = experiments;
  }

  /** Some time has passed, or more is known of costs. */
  void turn(long nowNanos) {
    for (FleetBill fleet : meter.atCeiling()) {
      List<WorkerSession> theirs = roster.joined()
          .stream()
          .filter(session -> !session.isLeaving() && meter.isOf(fleet.name(), session.name()))
          .toList();
      if (!theirs.isEmpty()) {
        letLeave(fleet, theirs, nowNanos);
      }
      stopIfLeft(fleet, nowNanos);
    }
  }

  private void letLeave(FleetBill fleet, List<WorkerSession> workers, long nowNanos) {
    LOG.info("{}", words(fleet));
    for (WorkerSession worker : workers) {
      worker.send(Messages.dismiss());
      // Not only when it says so itself: no run is to begin with it meanwhile.
      worker.leaves();
    }
    ActiveRun run = experiments.run();
    if (run == null) {
      return;
    }
    Set<String> leaving = workers.stream()
        .map(WorkerSession::id)
        .filter(run::hasMember)
        .collect(Collectors.toSet());
    if (leaving.isEmpty()) {
      return;
    }
    run.tell(words(fleet));
    // They would hand their users to each other, if they have to go all at once.
    if (run.isLeftWithout(leaving, nowNanos)) {
      experiments.stopRun(nowNanos);
      return;
    }
    for (String worker : leaving) {
      if (experiments.run() == run) {
        experiments.apply(run, new RunEvent.LeaveAsked(worker), nowNanos);
      }
    }
  }

  /** The last of the others may have gone since. */
  private void stopIfLeft(FleetBill fleet, long nowNanos) {
    ActiveRun run = experiments.run();
    if (run != null && run.isLeftWithout(Set.of(), nowNanos)
        && run.workerNames().stream().anyMatch(name -> meter.isOf(fleet.name(), name))) {
      experiments.stopRun(nowNanos);
    }
  }

  private static String words(FleetBill fleet) {
    return "fleet " + fleet.name() + " has reached its ceiling of "
        + fleet.ceiling().map(Dollars::text).orElseThrow() + ": its workers leave";
  }
}
