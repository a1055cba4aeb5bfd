package dev.muster.coordinator.report.compare;

import dev.muster.plan.load.LoadSize;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Experiments beside each other, in the order in which they are shown. */
public record Comparison(List<ComparedExperiment> experiments) {

  public Comparison {
    experiments = List.copyOf(experiments);
  }

  /** Every size of load that any of them has a run for, ascending; users before rates. */
  public List<LoadSize> sizes() {
    return experiments.stream()
        .flatMap(experiment -> experiment.runs().stream())
        .map(ComparedRun::size)
        .distinct()
        .sorted()
        .toList();
  }

  /** What the sizes are: {@code users}, {@code rate}, or {@code users, rate}. */
  public String axis() {
    return sizes().stream().map(LoadSize::word).distinct().collect(Collectors.joining(", "));
  }

  /** Sentences about what is missing, so that nobody takes a gap for a result. */
  public List<String> gaps() {
    var sentences = new ArrayList<String>();
    for (ComparedExperiment experiment : experiments) {
      List<LoadSize> missing = sizes().stream()
          .filter(size -> experiment.run(size).isEmpty() && isAskedOf(experiment, size))
          .toList();
      if (!missing.isEmpty()) {
        sentences.add(
            experiment.name() + " has no run of " + listed(missing) + ": a gap, not a result.");
      }
    }
    return sentences;
  }

  /** Nobody misses a rate in an experiment of users, nor the other way round. */
  private static boolean isAskedOf(ComparedExperiment experiment, LoadSize size) {
    return experiment.runs().stream().anyMatch(run -> run.size().word().equals(size.word()));
  }

  /** Users have their word once, at the end. */
  private static String listed(List<LoadSize> sizes) {
    String last = sizes.getLast().label();
    return sizes.subList(0, sizes.size() - 1)
        .stream()
        .map(size -> size.label().replaceFirst(" users?$", "") + ", ")
        .collect(Collectors.joining("", "", last));
  }
}
