package dev.muster.coordinator.report;

import java.util.List;

/**
 * All that is drawn of an experiment.
 *
 * @param name of the plan
 * @param planText the plan as written
 * @param runs those that ended, in the order of the plan
 */
public record ExperimentResult(String name, String planText, List<RunResult> runs) {

  public ExperimentResult {
    runs = List.copyOf(runs);
  }
}
