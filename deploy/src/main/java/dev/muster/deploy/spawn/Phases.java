package dev.muster.deploy.spawn;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How long workers took from their launch until they ran, and from then until their hello, as far as that was
 * seen: as exact as the questions are frequent. Those that had joined before are none of it.
 */
final class Phases {

  private final Set<String> before;
  private final Map<String, Long> launched = new HashMap<>();
  private final Map<String, Long> running = new HashMap<>();
  private final Map<String, Long> arrived = new HashMap<>();

  /** @param before who had joined before anything was launched */
  Phases(Set<String> before) {
    this.before = Set.copyOf(before);
  }

  /** These were launched; of those of whom that was said before, nothing changes. */
  void launched(List<String> names, long nanos) {
    names.stream()
        .filter(name -> !before.contains(name))
        .forEach(name -> launched.putIfAbsent(name, nanos));
  }

  /** This is how it was at that instant. Who has said hello runs. */
  void seen(Arrivals now, long nanos) {
    now.running().forEach(name -> running.putIfAbsent(name, nanos));
    for (String name : now.arrived()) {
      running.putIfAbsent(name, nanos);
      arrived.putIfAbsent(name, nanos);
    }
  }

  /** In a line; empty where nobody has come. */
  String text() {
    List<String> come = launched.keySet().stream().filter(arrived::containsKey).toList();
    return come.isEmpty()
        ? ""
        : "from launch to running " + spread(come, launched, running)
            + "; from running to hello " + spread(come, running, arrived);
  }

  private static String spread(List<String> names, Map<String, Long> from, Map<String, Long> to) {
    List<Long> sorted = names.stream()
        .map(name -> to.getOrDefault(name, 0L) - from.getOrDefault(name, 0L))
        .sorted()
        .toList();
    return seconds(sorted.getFirst()) + " (first), " + seconds(sorted.get(sorted.size() / 2))
        + " (median), " + seconds(sorted.getLast()) + " (last)";
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", Duration.ofNanos(nanos).toMillis() / 1_000.0);
  }
}
