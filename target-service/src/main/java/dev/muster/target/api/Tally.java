package dev.muster.target.api;

import java.util.SequencedMap;

/** Things counted under one name beside the answers, such as hits and misses. Safe for many threads. */
public interface Tally {
  /** What they are counted under, as the admin address shows it. */
  String name();

  /** The counts at this moment, each under its own name, zero or more, in the order to show them. */
  SequencedMap<String, Long> now();

  /** Starts again at zero, where that makes sense for a count. */
  void reset();
}
