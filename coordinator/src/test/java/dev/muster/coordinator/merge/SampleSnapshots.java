package dev.muster.coordinator.merge;

import com.google.protobuf.ByteString;
import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/** Snapshots as workers make them, with real histograms. */
public final class SampleSnapshots {

  public static final String NAME = "/customerdata/{id}";

  private SampleSnapshots() {}

  /** A tick in which a request was sent and answered in each of {@code micros}, 10 µs late. */
  public static Snapshot.Builder answered(String run, long tick, long... micros) {
    return Snapshot.newBuilder()
        .setRunId(run)
        .setSequence(tick + 1)
        .setTick(tick)
        .setUsers(1)
        .setSent(micros.length)
        .addSeries(series(Outcome.OUTCOME_ANSWERED, micros));
  }

  /** A tick in which a request was sent and refused in each of {@code micros}. */
  public static Snapshot.Builder refused(String run, long tick, long... micros) {
    return answered(run, tick, micros).setSeries(0, series(Outcome.OUTCOME_FAILED, micros))
        .addFailures(
            Failure.newBuilder()
                .setName(NAME)
                .setMethod("GET")
                .setKind("refused")
                .setCount(micros.length));
  }

  /** A tick in which nothing was sent. */
  public static Snapshot.Builder quiet(String run, long tick) {
    return Snapshot.newBuilder().setRunId(run).setSequence(tick + 1).setTick(tick);
  }

  public static Series series(Outcome outcome, long... serviceMicros) {
    Histogram response = SeriesTimes.emptyHistogram();
    Histogram lag = SeriesTimes.emptyHistogram();
    for (long each : serviceMicros) {
      response.recordValue(each + 10);
      lag.recordValue(10);
    }
    return Series.newBuilder()
        .setName(NAME)
        .setMethod("GET")
        .setOutcome(outcome)
        .setCount(serviceMicros.length)
        .setBodyBytes(100L * serviceMicros.length)
        .setResponseTime(encoded(response))
        .setServiceTime(encoded(histogram(serviceMicros)))
        .setScheduleLag(encoded(lag))
        .build();
  }

  /** A histogram of these times. */
  public static Histogram histogram(long... micros) {
    Histogram histogram = SeriesTimes.emptyHistogram();
    for (long each : micros) {
      histogram.recordValue(each);
    }
    return histogram;
  }

  /** A snapshot that has been read through. */
  public static CheckedSnapshot checked(Snapshot.Builder snapshot) {
    return SnapshotCheck.checked(snapshot.build());
  }

  /** A histogram as workers send it. */
  public static ByteString encoded(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoByteBuffer(buffer);
    return ByteString.copyFrom(buffer.array(), 0, length);
  }

  /** A histogram as workers sent it before they left the compression away. */
  public static ByteString compressed(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_SPEED);
    return ByteString.copyFrom(buffer.array(), 0, length);
  }
}
