package dev.muster.worker.agent;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import dev.muster.worker.engine.Iterations;
import dev.muster.worker.engine.Script.SeriesName;
import dev.muster.worker.record.HistogramEncoder;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Adds the ticks of a worker's event loops into snapshots. A loop that is done counts as zero in the
 * ticks that others still have. For one thread.
 */
final class TickAssembler {

  private record Place(int series, boolean answered) implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      int bySeries = Integer.compare(series, other.series);
      return bySeries != 0 ? bySeries : Boolean.compare(other.answered, answered);
    }
  }

  private record Kind(int series, String word) implements Comparable<Kind> {

    @Override
    public int compareTo(Kind other) {
      int bySeries = Integer.compare(series, other.series);
      return bySeries != 0 ? bySeries : word.compareTo(other.word);
    }
  }

  private final String runId;
  private final List<SeriesName> names;
  private final Histograms histograms;
  private final HistogramEncoder encoder = new HistogramEncoder();
  private final List<List<LoopTick>> waiting = new ArrayList<>();
  private final boolean[] done;
  private final int[] leftInFlight;

  TickAssembler(String runId, List<SeriesName> names, int eventLoops, Histograms histograms) {
    this.runId = runId;
    this.names = names;
    this.histograms = histograms;
    this.done = new boolean[eventLoops];
    this.leftInFlight = new int[eventLoops];
    for (int loop = 0; loop < eventLoops; loop++) {
      waiting.add(new ArrayList<>());
    }
  }

  /** Takes the next tick of event loop {@code loop}. */
  void add(int loop, LoopTick loopTick) {
    waiting.get(loop).add(loopTick);
  }

  /** The next tick that all event loops have delivered, without a sequence number, if there is one. */
  Optional<Snapshot.Builder> next() {
    boolean allDone = true;
    for (int loop = 0; loop < done.length; loop++) {
      allDone &= done[loop];
      if (!done[loop] && waiting.get(loop).isEmpty()) {
        return Optional.empty();
      }
    }
    return allDone ? Optional.empty() : Optional.of(assemble());
  }

  private Snapshot.Builder assemble() {
    var snapshot = Snapshot.newBuilder().setRunId(runId);
    var series = new TreeMap<Place, LoopTick.SeriesTick>();
    var failures = new TreeMap<Kind, Long>();
    var phases = LoopTick.Phases.from(histograms);
    boolean last = true;
    int users = 0;
    long sent = 0;
    long dropped = 0;
    long inFlight = 0;
    for (int loop = 0; loop < done.length; loop++) {
      if (!done[loop]) {
        LoopTick loopTick = waiting.get(loop).removeFirst();
        snapshot.setTick(loopTick.tick());
        addBegun(loopTick.begun(), snapshot);
        done[loop] = loopTick.last();
        leftInFlight[loop] = loopTick.inFlight();
        users += loopTick.users();
        sent += loopTick.sent();
        dropped += loopTick.dropped();
        loopTick.series()
            .forEach(times -> series.merge(
                new Place(times.series(), times.answered()), times, this::joined));
        loopTick.failures()
            .forEach(failure -> failures.merge(
                new Kind(failure.series(), failure.kind()), failure.count(), Long::sum));
        addAndGiveBack(phases.connectTime(), loopTick.phases().connectTime());
        addAndGiveBack(phases.tlsTime(), loopTick.phases().tlsTime());
        addAndGiveBack(phases.timeToFirstByte(), loopTick.phases().timeToFirstByte());
      }
      // What a loop gave up at its end stays in flight in the ledger.
      inFlight += leftInFlight[loop];
      last &= done[loop];
    }
    series.values().forEach(times -> snapshot.addSeries(encoded(times)));
    failures.forEach((kind, count) -> {
      SeriesName name = names.get(kind.series());
      snapshot.addFailures(
          Failure.newBuilder()
              .setName(name.name())
              .setMethod(name.method())
              .setKind(kind.word())
              .setCount(count));
    });
    return snapshot.setLast(last)
        .setUsers(users)
        .setSent(sent)
        .setDropped(dropped)
        .setInFlight(inFlight)
        .setConnectTime(encodedIfAny(phases.connectTime()))
        .setTlsTime(encodedIfAny(phases.tlsTime()))
        .setTimeToFirstByte(encodedIfAny(phases.timeToFirstByte()));
  }

  private static void addBegun(Iterations begun, Snapshot.Builder to) {
    for (int place = 0; place < begun.size(); place++) {
      to.addBegunLanes(begun.lane(place)).addBegunIterations(begun.newest(place));
    }
  }

  private LoopTick.SeriesTick joined(LoopTick.SeriesTick into, LoopTick.SeriesTick from) {
    addAndGiveBack(into.responseTime(), from.responseTime());
    addAndGiveBack(into.serviceTime(), from.serviceTime());
    addAndGiveBack(into.scheduleLag(), from.scheduleLag());
    return new LoopTick.SeriesTick(
        into.series(), into.answered(), into.bodyBytes() + from.bodyBytes(),
        into.responseTime(), into.serviceTime(), into.scheduleLag());
  }

  private void addAndGiveBack(Histogram into, Histogram from) {
    into.add(from);
    histograms.giveBack(from);
  }

  private Series encoded(LoopTick.SeriesTick times) {
    SeriesName name = names.get(times.series());
    return Series.newBuilder()
        .setName(name.name())
        .setMethod(name.method())
        .setOutcome(times.answered() ? Outcome.OUTCOME_ANSWERED : Outcome.OUTCOME_FAILED)
        .setCount(times.responseTime().getTotalCount())
        .setBodyBytes(times.bodyBytes())
        .setResponseTime(encodedAndGivenBack(times.responseTime()))
        .setServiceTime(encodedAndGivenBack(times.serviceTime()))
        .setScheduleLag(encodedAndGivenBack(times.scheduleLag()))
        .build();
  }

  private ByteString encodedIfAny(Histogram histogram) {
    boolean any = histogram.getTotalCount() > 0;
    ByteString bytes = encodedAndGivenBack(histogram);
    return any ? bytes : ByteString.EMPTY;
  }

  private ByteString encodedAndGivenBack(Histogram histogram) {
    byte[] bytes = encoder.encoded(histogram);
    histograms.giveBack(histogram);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
