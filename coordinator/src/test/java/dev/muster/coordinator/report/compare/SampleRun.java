package dev.muster.coordinator.report.compare;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.Ledger;
import dev.muster.coordinator.merge.Verdict;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import dev.muster.plan.load.LoadSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run as 'muster run' leaves it: 100 requests, 3 of them failed, and times told by its median. */
record SampleRun(
    String plan, LoadSize size, double medianMs, Verdict verdict, Summary.@Nullable Cost cost,
    List<Summary.Event> events) {

  static final Verdict VALID = new Verdict(Verdict.State.VALID, List.of());

  SampleRun(String plan, int users, double medianMs) {
    this(plan, new LoadSize.Users(users), medianMs, VALID);
  }

  SampleRun(String plan, LoadSize size, double medianMs, Verdict verdict) {
    this(plan, size, medianMs, verdict, null, List.of());
  }

  /** The same on machines that are paid for; the price of one of them is not known if {@code incomplete}. */
  SampleRun costing(String usd, String perMillion, boolean incomplete) {
    return new SampleRun(
        plan, size, medianMs, verdict,
        new Summary.Cost(new BigDecimal(usd), new BigDecimal(perMillion), incomplete),
        events);
  }

  /** The same, to which this was done while it was on, or has happened. */
  SampleRun after(Summary.Event... these) {
    return new SampleRun(plan, size, medianMs, verdict, cost, List.of(these));
  }

  /** One of the open model, such as {@code 5000} arrivals per second. */
  static SampleRun perSecond(String plan, String rate, double medianMs) {
    return new SampleRun(
        plan, new LoadSize.ArrivalRate(new BigDecimal(rate)), medianMs, VALID);
  }

  /** Median, mean (+ 1 ms) and p95 (+ 5 ms). */
  Summary summary() {
    var times = medianMs == 0
        ? LatencyStats.NONE
        : new LatencyStats(
            100, medianMs + 1, 1, medianMs, medianMs + 4, medianMs + 5, medianMs + 6, medianMs + 7,
            medianMs + 8);
    boolean open = !size.rate().isEmpty();
    return new Summary(
        plan + "_" + size.text(), open ? null : size.users(), open ? size.number() : null, 1,
        "http://localhost:10000", "2026-11-23T09:00:00Z", 180,
        verdict, new Summary.Expected(100, 3), new Ledger(100, 97, 3, 0, 0), 0, times, times, times,
        LatencyStats.NONE, LatencyStats.NONE, times, size.number().doubleValue() / 7.0, List.of(),
        List.of(), List.of(), List.of(), events, cost);
  }

  /** Writes its folder into that of an experiment, and says where. */
  Path writeTo(Path experiment) {
    try {
      Path folder = Files.createDirectories(experiment.resolve(plan + "_" + size.text()));
      SummaryJson.write(summary(), folder.resolve("summary.json"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
