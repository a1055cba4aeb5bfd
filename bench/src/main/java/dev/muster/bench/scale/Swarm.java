package dev.muster.bench.scale;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.bench.micro.Encoding;
import dev.muster.bench.micro.Snapshots;
import dev.muster.trust.JoinToken;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.rpc.Dialer;
import dev.muster.trust.rpc.Enrolment;
import dev.muster.v1.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many workers in one process, as a coordinator sees them: each with a connection of its own, joining,
 * preparing, handing in a snapshot of 20 series at the end of each second, all at once as real ones do,
 * and leaving when the last is acknowledged. They send no load. With a join token in the environment
 * variable MUSTER_JOIN each gets a certificate of its own first, and speaks TLS; all begin at once.
 *
 * <pre>
 *   Swarm PORT WORKERS REQUESTS SECONDS      REQUESTS in each series and second
 * </pre>
 *
 * It prints in how many milliseconds all have joined, {@code started} when the first has begun, and what
 * acknowledgements took when all are done.
 */
public final class Swarm {

  private static final int DIFFERENT = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    String token = System.getenv("MUSTER_JOIN");
    long begin = System.nanoTime();
    var joined = new CountDownLatch(workers);
    var started = new CountDownLatch(1);
    var done = new CountDownLatch(workers);
    Histogram acknowledged = new ConcurrentHistogram(3);
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        var joining = Executors.newVirtualThreadPerTaskExecutor()) {
      Queue<SwarmWorker> swarm = new ConcurrentLinkedQueue<>();
      for (int index = 0; index < workers; index++) {
        String name = Snapshots.worker(index);
        Snapshot snapshot = snapshots.get(index % DIFFERENT);
        joining.execute(
            () -> swarm.add(
                new SwarmWorker(
                    name, dialer(token, name, port), port, seconds, snapshot, timer,
                    acknowledged, joined, started, done)));
      }
      joined.await();
      System.out.println((System.nanoTime() - begin) / 1_000_000);
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

  private static Dialer dialer(@Nullable String token, String name, int port) {
    return token == null
        ? Dialer.plain()
        : Dialer.mutual(
            new LiveCredential(
                new Enrolment("127.0.0.1", port)
                    .enrol(JoinToken.parse(token), name, PATIENCE)));
  }
}
