package dev.muster.ec2;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What EC2 says that spot instances have cost, in US dollars an hour. No spot instance of ours costs more than one on
 * demand: that is the price at which EC2 takes it back, where none is named.
 *
 * @param changes in any order
 */
public record SpotPrices(List<Change> changes) {

  /** Where nobody asked, or EC2 did not say. */
  public static final SpotPrices NONE = new SpotPrices(List.of());

  /** From an instant on, until the next change, a type costs this in a zone. */
  public record Change(String type, String zone, Instant from, BigDecimal hour) {}

  public SpotPrices {
    changes = List.copyOf(changes);
  }

  /**
   * The dearest that an hour of a type has cost in a zone since an instant, that at the instant itself included: so
   * what an instance has cost since its launch is not more than this.
   *
   * @return empty where it is not known of all that time
   */
  public Optional<BigDecimal> dearest(String type, String zone, Instant since) {
    List<Change> here = changes.stream()
        .filter(change -> change.type().equals(type) && change.zone().equals(zone))
        .toList();
    return here.stream()
        .map(Change::from)
        .filter(from -> !from.isAfter(since))
        .max(Comparator.naturalOrder())
        .flatMap(
            first -> dearest(
                here.stream().filter(change -> !change.from().isBefore(first)).toList()));
  }

  /** What an hour of a type costs now where it is dearest; empty where that is not known. */
  public Optional<BigDecimal> now(String type) {
    Map<String, Change> newest = new HashMap<>();
    changes.stream()
        .filter(change -> change.type().equals(type))
        .forEach(
            change -> newest.merge(
                change.zone(), change,
                (one, other) -> one.from().isBefore(other.from()) ? other : one));
    return dearest(newest.values());
  }

  private static Optional<BigDecimal> dearest(Collection<Change> changes) {
    return changes.stream().map(Change::hour).max(Comparator.naturalOrder());
  }
}
