package dev.muster.coordinator.report.compare;

import dev.muster.plan.load.LoadSize;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One line of a comparison.
 *
 * @param name what it is called in the comparison; no other experiment there has this name
 * @param plan the name of its plan
 * @param published whether its figures were published by others, and not measured
 * @param runs by the size of their load, ascending, each size once
 */
public record ComparedExperiment(
    String name,
    String plan,
    boolean published,
    List<ComparedRun> runs) {

  public ComparedExperiment {
    runs = runs.stream().sorted(Comparator.comparing(ComparedRun::size)).toList();
  }

  /** The run whose load has this size. */
  public Optional<ComparedRun> run(LoadSize size) {
    return runs.stream().filter(run -> run.size().equals(size)).findFirst();
  }

  /** Whether anything is known of {@code measure}. */
  public boolean has(Measure measure) {
    return runs.stream().anyMatch(run -> run.figure(measure).isPresent());
  }
}
