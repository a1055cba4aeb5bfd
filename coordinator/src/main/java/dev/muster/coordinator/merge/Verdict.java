package dev.muster.coordinator.merge;

import java.util.List;

/**
 * Whether a result can be believed.
 *
 * @param state the judgement
 * @param reasons sentences; empty when VALID
 */
public record Verdict(State state, List<String> reasons) {

  /** The judgement, from good to bad. */
  public enum State {
    /** What was planned was sent, on time, and every request is accounted for. */
    VALID,
    /** The numbers hold, within the limits that the reasons name. */
    DEGRADED,
    /** The numbers say more about the generator than about the target. */
    INVALID
  }

  public Verdict {
    reasons = List.copyOf(reasons);
  }
}
