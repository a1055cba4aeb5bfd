package dev.muster.bench.scale;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.bench.micro.Encoding;
import dev.muster.bench.micro.Snapshots;
import dev.muster.v1.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Many workers in one process, as a coordinator sees them: each with a connection of its own, joining,
 * preparing, handing in a snapshot of 20 series at the end of each second, all at once as real ones do,
 * and leaving when the last is acknowledged. They send no load.
 *
 * <pre>
 *   Swarm PORT WORKERS REQUESTS SECONDS      REQUESTS in each series and second
 * </pre>
 *
 * It prints {@code started} when the first has begun, and what acknowledgements took when all are done.
 */
public final class Swarm {

  private static final int DIFFERENT = 100;

  private Swarm() {}

  /** As the class says. */
  public static void main(String[] words)
      throws InterruptedException, InvalidProtocolBufferException {
    int port = Integer.parseInt(words[0]);
    int workers = Integer.parseInt(words[1]);
    int requests = Integer.parseInt(words[2]);
    int seconds = Integer.parseInt(words[3]);
    var snapshots = new ArrayList<Snapshot>();
    for (byte[] encoded : Snapshots.encoded(DIFFERENT, requests, Encoding.RAW)) {
      snapshots.add(Snapshot.parseFrom(encoded).toBuilder().setInFlight(0).build());
    }
    var started = new CountDownLatch(1);
    var done = new CountDownLatch(workers);
    Histogram acknowledged = new ConcurrentHistogram(3);
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      List<SwarmWorker> swarm = new ArrayList<>();
      for (int index = 0; index < workers; index++) {
        swarm.add(
            new SwarmWorker(
                Snapshots.worker(index), port, seconds, snapshots.get(index % DIFFERENT), timer,
                acknowledged, started, done));
      }
      started.await();
      System.out.println("started");
      done.await();
      swarm.forEach(SwarmWorker::close);
    }
    System.out.printf(
        "%d %d %.1f %.1f %.1f%n", acknowledged.getTotalCount(),
        snapshots.stream().mapToInt(Snapshot::getSerializedSize).sum() / DIFFERENT,
        acknowledged.getValueAtPercentile(50) / 1e3, acknowledged.getValueAtPercentile(99) / 1e3,
        acknowledged.getMaxValue() / 1e3);
  }
}
