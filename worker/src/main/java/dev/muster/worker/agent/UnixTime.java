package dev.muster.worker.agent;

import java.time.Instant;

/** The wall clock, as the wire has it. */
final class UnixTime {

  private UnixTime() {}

  /** Nanoseconds since 1970-01-01T00:00Z. */
  static long nanos() {
    return nanos(Instant.now());
  }

  /** An instant in those. */
  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }
}
