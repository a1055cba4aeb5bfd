package dev.muster.coordinator.report.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Experiments beside each other, in the order in which they are shown. */
public record Comparison(List<ComparedExperiment> experiments) {

  public Comparison {
    experiments = List.copyOf(experiments);
  }

  /** Every number of users that any of them has a run for, ascending. */
  public List<Integer> users() {
    return experiments.stream()
        .flatMap(experiment -> experiment.runs().stream())
        .map(ComparedRun::users)
        .distinct()
        .sorted()
        .toList();
  }

  /** Sentences about what is missing, so that nobody takes a gap for a result. */
  public List<String> gaps() {
    var sentences = new ArrayList<String>();
    for (ComparedExperiment experiment : experiments) {
      String missing = users().stream()
          .filter(users -> experiment.run(users).isEmpty())
          .map(users -> String.format(Locale.ROOT, "%,d", users))
          .collect(Collectors.joining(", "));
      if (!missing.isEmpty()) {
        sentences.add(
            experiment.name() + " has no run of " + missing + " users: a gap, not a result.");
      }
    }
    return sentences;
  }
}
