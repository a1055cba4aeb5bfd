package dev.muster.coordinator.rpc;

import java.time.Instant;

/** The wall clock, as the wire has it. */
final class UnixTime {

  private UnixTime() {}

  /** Nanoseconds since 1970-01-01T00:00Z. */
  static long nanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
