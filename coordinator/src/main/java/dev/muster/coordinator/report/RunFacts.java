package dev.muster.coordinator.report;

import dev.muster.coordinator.bill.Cost;
import dev.muster.coordinator.merge.Disturbance;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.plan.load.LoadSize;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a run beside its ticks. The names mean what they mean in {@link Summary}.
 *
 * @param startedAt the start instant
 * @param cost of the machines of its workers while it was on; empty where nobody has told
 */
public record RunFacts(
    String run,
    LoadSize size,
    long seed,
    String target,
    Instant startedAt,
    double durationSeconds,
    Verdict verdict,
    Summary.Expected expected,
    Ledger ledger,
    List<Summary.Worker> workers,
    List<Disturbance> disturbances,
    List<Summary.Event> events,
    Optional<Cost> cost) {

  public RunFacts {
    workers = List.copyOf(workers);
    disturbances = List.copyOf(disturbances);
    events = List.copyOf(events);
  }
}
