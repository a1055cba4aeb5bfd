package dev.muster.target.faults;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How a service misbehaves. A request that has arrived whole goes through all of it in this order:
 *
 * <pre>
 *   waits for one of {@code capacity} servers ─► is served for {@code delay} ─► is answered ─► held
 *   while frozen ─► perhaps fails, or is closed early, or garbled, or slowed ─► the server is free
 * </pre>
 *
 * @param delay how long each request is served, beside the time that its answer takes to be found
 * @param fail the share of requests answered with a 500, 0 … 1
 * @param freeze when no answer leaves
 * @param closeEarly the share of answers of which only a part is sent before the connection is closed
 * @param garbage the share of answers replaced by bytes that are not HTTP, 0 … 1; then it is closed
 * @param slowBody how long each body takes to be sent, bit by bit
 * @param capacity how many requests are served at once, the others waiting in the order of their
 *     arrival; 0 for any number
 */
public record Faults(
    Optional<Delay> delay,
    double fail,
    Optional<Freeze> freeze,
    double closeEarly,
    double garbage,
    Optional<Duration> slowBody,
    int capacity) {

  /** None at all. */
  public static final Faults NONE = new Faults(Optional.empty(), 0, Optional.empty(), 0, 0,
      Optional.empty(), 0);

  /**
   * A time drawn uniformly from {@code mean - spread … mean + spread}.
   *
   * @param spread at most {@code mean}
   */
  public record Delay(Duration mean, Duration spread) {}

  /** The service holds all its answers for the first {@code length} of every {@code period}. */
  public record Freeze(Duration length, Duration period) {}

  /**
   * The faults with these settings, as the command line and the admin address take them:
   * {@code delay} (27ms, 27ms±5ms, 22ms..32ms), {@code fail} (1%), {@code freeze} (1s/5s),
   * {@code close-early} (100%), {@code garbage} (100%), {@code slow-body} (1s), {@code capacity} (4).
   * What is not set is off.
   *
   * @throws FaultSyntaxException for an unknown setting or one that cannot be read
   */
  public static Faults of(Map<String, String> settings) {
    if (settings.isEmpty()) {
      return NONE;
    }
    throw new FaultSyntaxException("not yet");
  }

  /** The settings that give these faults, without those that are off. */
  public SequencedMap<String, String> settings() {
    return new java.util.LinkedHashMap<>();
  }
}
