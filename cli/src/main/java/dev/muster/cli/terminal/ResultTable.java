package dev.muster.cli.terminal;

import dev.muster.coordinator.bill.Dollars;
import dev.muster.coordinator.report.Summary;
import dev.muster.plan.load.LoadSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Runs side by side, in a table for the terminal. */
public final class ResultTable {

  private static final List<String> HEAD = List.of(
      "requests", "expected", "failed", "req/s", "median", "mean", "p95", "p99", "max", "verdict");

  private static final int DISTURBANCES_TOLD = 3;

  private static final Pattern DONE = Pattern.compile(
      "scaled to .*|paused|resumed|stopped|stopped at once");

  private ResultTable() {}

  /** A run in one line, as it ends. */
  public static String line(Summary run) {
    return String.format(
        Locale.ROOT, "  %s: %s requests, %s failed%s, median %s, p99 %s, %s", run.run(),
        Times.count(run.ledger().sent()), Times.count(run.ledger().failed()),
        run.dropped() == 0 ? "" : ", " + Times.count(run.dropped()) + " dropped",
        Times.ms(run.responseTime().p50Ms()), Times.ms(run.responseTime().p99Ms()),
        run.verdict().state());
  }

  /**
   * The lines of the table, and below it what the times are made of, the reasons of verdicts that are not
   * VALID, what was done to a run while it was on and what happened to it, what its machines cost, ticks in which
   * the generator was disturbed, and failures.
   */
  public static List<String> of(List<Summary> runs) {
    boolean dropped = runs.stream().anyMatch(run -> run.dropped() > 0);
    var rows = new ArrayList<List<String>>();
    rows.add(row(runs.isEmpty() ? "users" : runs.getFirst().size().word(), HEAD,
        dropped ? "dropped" : ""));
    for (Summary run : runs) {
      var times = run.responseTime();
      rows.add(
          row(
              place(run.size()),
              List.of(
                  Times.count(run.ledger().sent()),
                  expected(run.expected()),
                  Times.count(run.ledger().failed()),
                  String.format(Locale.ROOT, "%,.1f", run.requestsPerSecond()),
                  Times.ms(times.p50Ms()), Times.ms(times.meanMs()), Times.ms(times.p95Ms()),
                  Times.ms(times.p99Ms()), Times.ms(times.maxMs()),
                  run.verdict().state().name()),
              dropped ? Times.count(run.dropped()) : ""));
    }
    var lines = new ArrayList<>(Columns.lines(rows));
    lines.add("");
    lines.addAll(PartsTable.of(runs));
    for (Summary run : runs) {
      run.verdict().reasons().forEach(reason -> lines.add("  " + run.run() + ": " + reason));
      done(run).ifPresent(lines::add);
      happened(run).forEach(lines::add);
      cost(run).ifPresent(lines::add);
      disturbed(run).ifPresent(lines::add);
      run.failures()
          .forEach(
              failure -> lines.add(
                  "  " + run.run() + ": " + Times.count(failure.count()) + " × "
                      + failure.kind() + ", " + failure.method() + " " + failure.name()));
    }
    return lines;
  }

  /** Dropped arrivals, where there are some, stand beside the failures. */
  private static List<String> row(String first, List<String> others, String dropped) {
    var row = new ArrayList<>(others);
    row.addFirst(first);
    if (!dropped.isEmpty()) {
      row.add(1 + HEAD.indexOf("failed") + 1, dropped);
    }
    return row;
  }

  /** The cell of a size below its word. */
  static String place(LoadSize size) {
    return switch (size) {
      case LoadSize.Users(int count) -> Times.count(count);
      case LoadSize.ArrivalRate _ -> size.label();
    };
  }

  private static Optional<String> done(Summary run) {
    List<Summary.Event> done = run.events().stream().filter(ResultTable::isDone).toList();
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of(
            done.stream()
                .map(event -> String.format(Locale.ROOT, "%s at %.1f s", event.what(),
                    event.second()))
                .collect(Collectors.joining(", ", "  " + run.run() + ": it was ", ".")));
  }

  /** Whether somebody did it, and words tell what the run was; of all else they are a sentence. */
  private static boolean isDone(Summary.Event event) {
    return DONE.matcher(event.what()).matches();
  }

  private static Stream<String> happened(Summary run) {
    return run.events()
        .stream()
        .filter(event -> !isDone(event))
        .map(
            event -> String.format(
                Locale.ROOT, "  %s: at %.1f s %s.", run.run(), event.second(), event.what()));
  }

  private static Optional<String> cost(Summary run) {
    return Optional.ofNullable(run.cost())
        .map(
            cost -> "  " + run.run() + ": its machines cost "
                + (cost.incomplete() ? "at least " : "") + Dollars.text(cost.usd())
                + (cost.usdPerMillionAnswered() == null
                    ? ""
                    : ", " + Dollars.text(cost.usdPerMillionAnswered())
                        + " per million requests answered")
                + (cost.incomplete() ? "; a price is not known." : "."));
  }

  private static Optional<String> disturbed(Summary run) {
    List<Summary.Disturbed> all = run.disturbances();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    long ticks = all.stream()
        .flatMapToLong(each -> LongStream.rangeClosed(each.firstTick(), each.lastTick()))
        .distinct()
        .count();
    String told = all.stream()
        .limit(DISTURBANCES_TOLD)
        .map(
            each -> each.cause() + " of " + each.worker() + " in "
                + (each.firstTick() == each.lastTick()
                    ? "tick " + each.firstTick()
                    : "ticks " + each.firstTick() + " to " + each.lastTick())
                + ", " + Times.ms(each.longestMs()))
        .collect(Collectors.joining("; "));
    return Optional.of(
        "  " + run.run() + ": the generator was disturbed in " + Times.count(ticks)
            + (ticks == 1 ? " tick (" : " ticks (") + told
            + (all.size() > DISTURBANCES_TOLD ? "; …" : "") + "), shaded in report.html.");
  }

  private static String expected(Summary.Expected expected) {
    return expected.requests() == 0
        ? "-"
        : String.format(Locale.ROOT, "%,.0f ± %,.0f", expected.requests(), expected.sd());
  }
}
