package dev.muster.bench.micro;

import dev.muster.coordinator.merge.SeriesTimes;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** One tick of many workers, each with twenty series, as it comes from the wire. */
public final class Snapshots {

  public static final int SERIES = 20;

  private Snapshots() {}

  /** The name of one of them. */
  public static String worker(int index) {
    return "worker-" + index;
  }

  /** Snapshots of {@code workers} workers, with {@code samples} requests in each series. */
  public static byte[][] encoded(int workers, int samples, Encoding encoding) {
    var random = new Random(7);
    var messages = new byte[workers][];
    for (int worker = 0; worker < workers; worker++) {
      var snapshot = Snapshot.newBuilder()
          .setRunId("three_tier-20261125-103000/1500")
          .setSequence(1)
          .setUsers(100)
          .setSent((long) SERIES * samples)
          .setInFlight(10);
      for (int series = 0; series < SERIES; series++) {
        snapshot.addSeries(series(series, samples, encoding, random));
      }
      Histogram firstByte = Times.serviceTimes(SERIES * samples, random);
      snapshot.setTimeToFirstByte(Times.encoded(firstByte, encoding));
      messages[worker] = snapshot.build().toByteArray();
    }
    return messages;
  }

  private static Series series(int index, int samples, Encoding encoding, Random random) {
    Histogram response = SeriesTimes.emptyHistogram();
    Histogram service = SeriesTimes.emptyHistogram();
    Histogram lag = SeriesTimes.emptyHistogram();
    for (int i = 0; i < samples; i++) {
      long micros = Times.serviceMicros(random);
      long late = Times.lagMicros(random);
      response.recordValue(micros + late);
      service.recordValue(micros);
      lag.recordValue(late);
    }
    return Series.newBuilder()
        .setName("/customerdata/" + index + "/{id}")
        .setMethod("GET")
        .setOutcome(Outcome.OUTCOME_ANSWERED)
        .setCount(samples)
        .setBodyBytes(800L * samples)
        .setResponseTime(Times.encoded(response, encoding))
        .setServiceTime(Times.encoded(service, encoding))
        .setScheduleLag(Times.encoded(lag, encoding))
        .build();
  }
}
