package dev.muster.coordinator.merge;

import dev.muster.coordinator.merge.Disturbance.Cause;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Says what it means for a run that workers were disturbed. What counts is the part of the run's
 * requests that was touched: of each worker the part of its time, weighted with its part of the
 * requests. A disturbance that touches less is marked in its ticks and judged no further.
 */
final class GeneratorJudge {

  /** The 99th percentile can then be one of the requests that a stall held up, or next to one. */
  private static final double DEGRADED_STILL = 0.005;

  /** The 95th percentile is then the generator's own. */
  private static final double INVALID_STILL = 0.05;

  /** A load that grows may touch what a worker can do at its end; then that part is not the target's. */
  private static final double DEGRADED_BUSY = 0.05;

  /** A fifth of a run at the generator's limit is no longer a part of it that could be set aside. */
  private static final double INVALID_BUSY = 0.20;

  /** Fewer ticks are a start or a hiccup: they never make a run INVALID, nor DEGRADED if only busy. */
  private static final long LASTING_TICKS = 3;

  private static final int SPANS_TOLD = 4;

  private final List<GeneratorEvidence> workers;

  GeneratorJudge(List<GeneratorEvidence> workers) {
    this.workers = workers;
  }

  /** Adds what there is to say to the reasons for either judgement. */
  void judge(List<String> invalid, List<String> degraded) {
    judgeBusy(invalid, degraded);
    double still = touched(Cause.GC, Cause.STALL);
    if (still >= DEGRADED_STILL) {
      boolean lasts = ticks(Cause.GC, Cause.STALL) >= LASTING_TICKS;
      List<String> reasons = still >= INVALID_STILL && lasts ? invalid : degraded;
      tell(
          Cause.STALL,
          "The generator stood still: %s, for %.0f ms at the longest. Answers that came "
              + "meanwhile were read late. ",
          busyElsewhere() ? crowded() : "See what else its machine had to do.", reasons);
      tell(
          Cause.GC,
          "The generator stood still to collect garbage: %s, for %.0f ms at the longest. ",
          "Give each worker more memory, such as with MUSTER_JAVA_OPTS=-Xmx2g.", reasons);
    }
    if (touched(Cause.STEAL) >= DEGRADED_BUSY && ticks(Cause.STEAL) >= LASTING_TICKS) {
      tell(
          Cause.STEAL, "Other machines took CPU time away from the generator's: %s, %.0f ms of a "
              + "second at the most. ",
          "Use a machine that has its cores to itself.", degraded);
    }
  }

  private void judgeBusy(List<String> invalid, List<String> degraded) {
    double busy = touched(Cause.CPU);
    if (ticks(Cause.CPU) < LASTING_TICKS || busy < DEGRADED_BUSY) {
      return;
    }
    tell(
        Cause.CPU, busy >= INVALID_BUSY
            ? "The generator was the limit: an event loop wanted a whole core on %s. "
            : "The generator was at its limit for a while: an event loop wanted a whole core on %s. ",
        busyElsewhere() ? crowded() : "Use more workers, on more cores, or less load on each.",
        busy >= INVALID_BUSY ? invalid : degraded);
  }

  /** Whether some worker's limit of its rate held requests back. */
  boolean isLimited() {
    return workers.stream().anyMatch(worker -> worker.heldBack() > 0);
  }

  /** What came of these limits. */
  String limited() {
    GeneratorEvidence most = workers.stream()
        .max(Comparator.comparingLong(GeneratorEvidence::heldBack))
        .orElseThrow();
    long others = workers.stream().filter(worker -> worker.heldBack() > 0).count() - 1;
    long all = workers.stream().mapToLong(GeneratorEvidence::heldBack).sum();
    return String.format(
        Locale.ROOT,
        "The --max-rate of %s%s held back %d requests, which left late or not at all. Start it with a "
            + "higher one, use more workers, or plan less load.",
        most.worker(), others == 0 ? "" : " and " + others + (others == 1 ? " other" : " others"),
        all);
  }

  /** Whether some worker's machine was kept busy by others. */
  boolean busyElsewhere() {
    return workers.stream().anyMatch(GeneratorEvidence::crowded);
  }

  /** What to do about that. */
  String crowded() {
    String names = workers.stream()
        .filter(GeneratorEvidence::crowded)
        .map(GeneratorEvidence::worker)
        .findFirst()
        .orElse("the generator");
    return "The machine of " + names
        + " was busy with other processes: let nothing else run on it, or use more cores.";
  }

  /** The part of the run's requests that disturbances of these causes touched. */
  private double touched(Cause... causes) {
    double all = workers.stream().mapToLong(GeneratorEvidence::ended).sum();
    double touched = 0;
    for (GeneratorEvidence worker : workers) {
      double seconds = disturbances(worker, causes).stream()
          .mapToDouble(each -> each.totalMs() / 1e3)
          .sum();
      if (worker.ticks() > 0 && all > 0) {
        touched += worker.ended() / all * Math.min(1, seconds / worker.ticks());
      }
    }
    return touched;
  }

  /** The most ticks that disturbances of these causes had on one worker. */
  private long ticks(Cause... causes) {
    return workers.stream().mapToLong(worker -> ticks(worker, causes)).max().orElse(0);
  }

  private static long ticks(GeneratorEvidence worker, Cause... causes) {
    return disturbances(worker, causes).stream().mapToLong(Disturbance::ticks).sum();
  }

  private static List<Disturbance> disturbances(GeneratorEvidence worker, Cause... causes) {
    return worker.disturbances()
        .stream()
        .filter(each -> Arrays.asList(causes).contains(each.cause()))
        .toList();
  }

  /** Adds a sentence on the worker that had the most of {@code cause}, if any had. */
  private void tell(Cause cause, String sentence, String advice, List<String> reasons) {
    if (ticks(cause) == 0) {
      return;
    }
    GeneratorEvidence worst = workers.stream()
        .max(Comparator.comparingLong(worker -> ticks(worker, cause)))
        .orElseThrow();
    double longest = workers.stream()
        .flatMap(worker -> disturbances(worker, cause).stream())
        .mapToDouble(Disturbance::longestMs)
        .max()
        .orElse(0);
    long others = workers.stream().filter(worker -> ticks(worker, cause) > 0).count() - 1;
    String where = String.format(
        Locale.ROOT, "%s in %d of %d ticks (%s)%s", worst.worker(), ticks(worst, cause),
        worst.ticks(), spans(disturbances(worst, cause)),
        others == 0 ? "" : " and " + others + (others == 1 ? " other" : " others"));
    reasons.add(String.format(Locale.ROOT, sentence, where, longest) + advice);
  }

  private static String spans(List<Disturbance> spans) {
    String told = spans.stream()
        .limit(SPANS_TOLD)
        .map(
            span -> span.ticks() == 1
                ? String.valueOf(span.firstTick())
                : span.firstTick() + " to " + span.lastTick())
        .collect(Collectors.joining(", "));
    return spans.size() > SPANS_TOLD ? told + ", …" : told;
  }
}
