package dev.muster.cli.terminal;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.report.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the response times of runs are made of, in a table for the terminal. */
final class PartsTable {

  /** A time of a run, with two columns: its median and its p99. */
  private record Part(String name, Function<Summary, LatencyStats> times) {}

  private static final Part LAG = new Part("lag", Summary::scheduleLag);
  private static final Part CONNECT = new Part("connect", Summary::connectTime);
  private static final Part TLS = new Part("TLS", Summary::tlsTime);
  private static final Part FIRST_BYTE = new Part("first byte", Summary::timeToFirstByte);
  private static final Part SERVICE = new Part("service", Summary::serviceTime);

  private PartsTable() {}

  /** The lines of the table; TLS is in it where some run spoke it. */
  static List<String> of(List<Summary> runs) {
    boolean isTlsSpoken = runs.stream().anyMatch(run -> run.tlsTime().count() > 0);
    List<Part> parts = isTlsSpoken
        ? List.of(LAG, CONNECT, TLS, FIRST_BYTE, SERVICE)
        : List.of(LAG, CONNECT, FIRST_BYTE, SERVICE);
    var head = new ArrayList<String>();
    head.add(runs.isEmpty() ? "users" : runs.getFirst().size().word());
    head.add("connections");
    for (Part part : parts) {
      head.add(part.name() + " p50");
      head.add("p99");
    }
    var rows = new ArrayList<List<String>>();
    rows.add(head);
    for (Summary run : runs) {
      var row = new ArrayList<String>();
      row.add(ResultTable.place(run.size()));
      row.add(Times.count(run.connectTime().count()));
      for (Part part : parts) {
        LatencyStats times = part.times().apply(run);
        row.add(times.count() == 0 ? "-" : Times.ms(times.p50Ms()));
        row.add(times.count() == 0 ? "-" : Times.ms(times.p99Ms()));
      }
      rows.add(row);
    }
    return Columns.lines(rows);
  }
}
