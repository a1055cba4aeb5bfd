package dev.muster.target.faults;

import dev.muster.target.api.Tally;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The faults of a running service: they may be changed at any moment, by any thread, and are counted. */
public final class LiveFaults implements Tally {
  private volatile Faults now;

  /** A service that begins with these. */
  public LiveFaults(Faults first) {
    this.now = first;
  }

  /** What holds now. */
  public Faults faults() {
    return now;
  }

  /** What holds from the next request on. */
  public void change(Faults next) {
    now = next;
  }

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public SequencedMap<String, Long> now() {
    return new LinkedHashMap<>();
  }

  @Override
  public void reset() {}
}
