package dev.muster.cli.terminal;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.v1.FleetInfo;
import dev.muster.v1.ListResponse;
import dev.muster.v1.WorkerInfo;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The workers of a coordinator and what they cost, for the terminal. */
public final class WorkersTable {

  private static final long SECOND_NANOS = 1_000_000_000;

  private WorkersTable() {}

  /**
   * Its lines: workers in a table and below it fleets, or where nothing is known of costs one name a line.
   *
   * @param nowUnixNanos nanoseconds since 1970-01-01T00:00Z
   */
  public static List<String> of(ListResponse list, long nowUnixNanos) {
    if (list.getFleetsCount() == 0) {
      return List.copyOf(list.getWorkersList());
    }
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("worker", "machine", "ends in", "so far", ""));
    list.getWorkerInfosList().forEach(worker -> rows.add(row(worker, nowUnixNanos)));
    var lines = new ArrayList<String>();
    if (rows.size() > 1) {
      lines.addAll(Columns.lines(rows));
    }
    list.getFleetsList().forEach(fleet -> lines.add(line(fleet)));
    return lines;
  }

  private static List<String> row(WorkerInfo worker, long nowUnixNanos) {
    long until = worker.getMachine().getUntilUnixNanos();
    return List.of(
        worker.getName(),
        orNone(worker.getMachine().getType()),
        until == 0 ? "-" : Times.clock(Math.max(0, until - nowUnixNanos) / SECOND_NANOS),
        worker.getCostUsd().isEmpty() ? "-" : dollars(worker.getCostUsd()),
        state(worker, nowUnixNanos));
  }

  private static String state(WorkerInfo worker, long nowUnixNanos) {
    long taken = worker.getTakenUnixNanos();
    if (taken > 0) {
      return "taken back in " + Times.clock(Math.max(0, taken - nowUnixNanos) / SECOND_NANOS);
    }
    return worker.getLeaving() ? "leaving" : taken < 0 ? "likely to be taken back" : "";
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String line(FleetInfo fleet) {
    var line = new StringBuilder("fleet ").append(fleet.getName())
        .append(
            String.format(
                Locale.ROOT, ": %d of %d %s", fleet.getRunning(), fleet.getMachines(),
                fleet.getMachines() == 1 ? "machine" : "machines"));
    if (fleet.getRunning() > 0 && !fleet.getUsdPerHour().isEmpty()) {
      line.append(", ").append(dollars(fleet.getUsdPerHour())).append(" an hour");
    }
    line.append(", ")
        .append(fleet.getIncomplete() ? "at least " : "")
        .append(dollars(fleet.getCostUsd()))
        .append(fleet.getRunning() > 0 ? " so far" : " in all");
    if (!fleet.getCeilingUsd().isEmpty()) {
      line.append(", ceiling ").append(dollars(fleet.getCeilingUsd()));
    }
    return line.append(fleet.getIncomplete() ? " (a price is not known)" : "").toString();
  }

  private static String dollars(String usd) {
    return Dollars.text(new BigDecimal(usd));
  }
}
