package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick.FailureKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** Locust 2.46.3: as Python's csv module writes, with unrounded means and rates. */
record Locust2() implements LocustDialect {

  private static final double[] PERCENTILES = {50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100};
  private static final String PERCENTILE_NAMES = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";
  private static final String LINE_END = "\r\n";

  @Override
  public String stats(List<LocustRow> rows) {
    var header = """
        Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
        Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,"""
        + PERCENTILE_NAMES + LINE_END;
    return header + rows.stream().map(Locust2::stats).collect(Collectors.joining());
  }

  private static String stats(LocustRow row) {
    return line(
        field(Objects.requireNonNullElse(row.method(), "")),
        field(row.name()),
        totals(row),
        number(row.requestsPerSecond()),
        number(row.failuresPerSecond()),
        percentiles(row));
  }

  @Override
  public String historyHeader() {
    return "Timestamp,User Count,Type,Name,Requests/s,Failures/s," + PERCENTILE_NAMES + """
        ,Total Request Count,Total Failure Count,Total Median Response Time,\
        Total Average Response Time,Total Min Response Time,Total Max Response Time,\
        Total Average Content Size""" + LINE_END;
  }

  @Override
  public String history(LocustRow all, long epochSecond, int users) {
    return line(
        Long.toString(epochSecond),
        Integer.toString(users),
        field(Objects.requireNonNullElse(all.method(), "")),
        field(all.name()),
        String.format(Locale.ROOT, "%.6f", all.requestsPerSecond()),
        String.format(Locale.ROOT, "%.6f", all.failuresPerSecond()),
        percentiles(all),
        totals(all));
  }

  @Override
  public int historySeconds() {
    return 1;
  }

  @Override
  public String failures(SortedMap<FailureKey, Failures> failures, Instant startedAt) {
    var text = new StringBuilder("Method,Name,Error,Occurrences,First Seen,Last Seen" + LINE_END);
    failures.forEach(
        (key, value) -> text.append(
            line(
                field(key.method()),
                field(key.name()),
                field(Failures.words(key.kind())),
                Long.toString(value.count()),
                seen(startedAt, value.firstTick()),
                seen(startedAt, value.lastTick()))));
    return text.toString();
  }

  private static String seen(Instant startedAt, long tick) {
    return startedAt.plusSeconds(tick).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public String exceptions() {
    return "Count,Message,Traceback,Nodes" + LINE_END;
  }

  /** What the statistics and their history have in common, although at different places. */
  private static String totals(LocustRow row) {
    boolean none = row.requests() == 0; // then some of Locust's numbers are integers
    return String.join(
        ",",
        Long.toString(row.requests()),
        Long.toString(row.failures()),
        Long.toString(Math.round(row.medianMs())),
        number(row.meanMs()),
        none ? "0" : number(row.minMs()),
        none ? "0" : number(row.maxMs()),
        none ? "0" : number(row.meanBytes()));
  }

  private static String percentiles(LocustRow row) {
    if (row.requests() == 0) {
      return String.join(",", Collections.nCopies(PERCENTILES.length, "N/A"));
    }
    Histogram times = row.times();
    return DoubleStream.of(PERCENTILES)
        .mapToObj(
            percentile -> Long.toString(Math.round(LocustRow.percentileMs(times, percentile))))
        .collect(Collectors.joining(","));
  }

  private static String line(String... fields) {
    return String.join(",", fields) + LINE_END;
  }

  /** As Python prints a float of the usual sizes: as short as can be, with at least one place. */
  private static String number(double value) {
    var plain = new BigDecimal(Double.toString(value)).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  private static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
