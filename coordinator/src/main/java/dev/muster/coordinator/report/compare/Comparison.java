package dev.muster.coordinator.report.compare;

import dev.muster.plan.load.LoadSize;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** What is told of runs, in the order of {@link Measure}: what they cost only where that is known of one. */
  public List<Measure> measures() {
    return Arrays.stream(Measure.values())
        .filter(
            measure -> !measure.isMoney()
                || experiments.stream().anyMatch(experiment -> experiment.has(measure)))
        .toList();
  }

  /** Sentences about what is missing or not what it seems, so that nobody takes it for a result. */
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
      for (ComparedRun run : experiment.runs()) {
        run.remarks()
            .forEach(
                remark -> sentences.add(
                    experiment.name() + " with " + run.size().label() + " " + remark));
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
