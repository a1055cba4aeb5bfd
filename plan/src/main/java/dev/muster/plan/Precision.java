package dev.muster.plan;

/** How closely requests follow the instants at which they are due. Schedule lag is told either way. */
public enum Precision {
  /**
   * Requests that are due within about a millisecond leave together, half a millisecond late in the
   * middle. It costs least.
   */
  NORMAL,
  /**
   * Each leaves when it is due, as near as the machine's timers allow: some tens of microseconds. A
   * worker then wakes for each, which costs up to four times the CPU where it is not busy anyway.
   */
  HIGH
}
