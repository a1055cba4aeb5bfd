package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick.FailureKey;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** How one generation of Locust writes its files; each text is a whole file or whole lines. */
sealed interface LocustDialect permits Locust014, Locust2 {

  /** The whole of {@code _stats.csv}; the row of all requests is the last. */
  String stats(List<LocustRow> rows);

  /** The first line of {@code _stats_history.csv}. */
  String historyHeader();

  /** A line of {@code _stats_history.csv}. */
  String history(LocustRow all, long epochSecond, int users);

  /** Seconds between two lines of {@code _stats_history.csv}. */
  int historySeconds();

  /** The whole of {@code _failures.csv}. */
  String failures(SortedMap<FailureKey, Failures> failures, Instant startedAt);

  /** The whole of {@code _exceptions.csv}; empty if it writes no such file. */
  String exceptions();
}
