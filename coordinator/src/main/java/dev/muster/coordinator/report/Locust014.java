package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick.FailureKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** Locust 0.14.4: quoted texts, whole milliseconds, and no line break after the last row. */
record Locust014() implements LocustDialect {

  private static final double[] PERCENTILES = {
      50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 99.999, 100
  };

  // The name of 99.999 lacks its percent sign there too.
  private static final String PERCENTILE_NAMES = """
      "50%","66%","75%","80%","90%","95%","98%","99%","99.9%","99.99%","99.999","100%\"""";

  @Override
  public String stats(List<LocustRow> rows) {
    var header = """
        "Type","Name","# requests","# failures","Median response time","Average response time",\
        "Min response time","Max response time","Average Content Size","Requests/s",\
        "Requests Failed/s",""" + PERCENTILE_NAMES;
    return header + rows.stream().map(row -> "\n" + stats(row)).collect(Collectors.joining());
  }

  private static String stats(LocustRow row) {
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,%d,%d,%d,%d,%d,%d,%.2f,%.2f,%s",
        quoted(method(row)),
        quoted(row.name()),
        row.requests(),
        row.failures(),
        Math.round(row.medianMs()),
        Math.round(row.meanMs()),
        Math.round(row.minMs()),
        Math.round(row.maxMs()),
        Math.round(row.meanBytes()),
        row.requestsPerSecond(),
        row.failuresPerSecond(),
        percentiles(row, row.times()));
  }

  @Override
  public String historyHeader() {
    return """
        "Type","Name","Timestamp","# requests","# failures","Requests/s","Requests Failed/s",\
        "Median response time","Average response time","Min response time","Max response time",\
        "Average Content Size",""" + PERCENTILE_NAMES + "\n";
  }

  @Override
  public String history(LocustRow all, long epochSecond, int users) {
    return String.format(
        Locale.ROOT,
        "%s,%s,\"%d\",%d,%d,%.2f,%.2f,%d,%d,%d,%.2f,%.2f,%s\n",
        quoted(method(all)),
        quoted(all.name()),
        epochSecond,
        all.requests(),
        all.failures(),
        all.requestsPerSecond(),
        all.failuresPerSecond(),
        Math.round(all.medianMs()),
        Math.round(all.meanMs()),
        Math.round(all.minMs()),
        all.maxMs(),
        all.meanBytes(),
        percentiles(all, all.recent()));
  }

  @Override
  public int historySeconds() {
    return 2;
  }

  @Override
  public String failures(SortedMap<FailureKey, Failures> failures, Instant startedAt) {
    var text = new StringBuilder("\"Method\",\"Name\",\"Error\",\"Occurrences\"");
    failures.forEach(
        (key, value) -> text.append('\n')
            .append(quoted(key.method()))
            .append(',')
            .append(quoted(key.name()))
            .append(',')
            .append(quoted(Failures.words(key.kind())))
            .append(',')
            .append(value.count()));
    return text.toString();
  }

  @Override
  public String exceptions() {
    return "";
  }

  private static String percentiles(LocustRow row, Histogram times) {
    if (row.requests() == 0) {
      return String.join(",", Collections.nCopies(PERCENTILES.length, "\"N/A\""));
    }
    return DoubleStream.of(PERCENTILES)
        .mapToObj(
            percentile -> Long.toString(Math.round(LocustRow.percentileMs(times, percentile))))
        .collect(Collectors.joining(","));
  }

  private static String method(LocustRow row) {
    return Objects.requireNonNullElse(row.method(), "None");
  }

  /** In quotes. Locust leaves a quote within as it is, which no reader of CSV understands. */
  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
