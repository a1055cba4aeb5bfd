package dev.muster.worker.engine;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Load;
import dev.muster.worker.Plans;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hundred thousand arrivals a second leave nothing for the garbage collector. */
class OpenAllocationTest {

  private static final long SECOND = 1_000_000_000;
  private static final long WAKE_NANOS = 250_000;

  private static final class Silent implements Recorder {

    private long answered;

    @Override
    public void sent() {}

    @Override
    public void dropped() {}

    @Override
    public void answered(
        int series, long bodyBytes, long due, long began, long written, long end) {
      answered++;
    }

    @Override
    public void refused(
        int series, String refusal, long bodyBytes, long due, long began, long written,
        long end) {}

    @Override
    public void failed(
        int series, FailureKind kind, long due, long began, long written, long end) {}

    @Override
    public void failedUnwritten(
        int series, FailureKind kind, long due, long began, long end) {}

    @Override
    public void connected(long began, long end) {}

    @Override
    public void secured(long began, long end) {}

    @Override
    public void firstByte(long written, long firstByte) {}

    @Override
    public void gone(List<LaneState> lanes) {}

    @Override
    public void begun(Iterations iterations) {}

    @Override
    public void tickEnded(long tick, int users, int inFlight, boolean last) {}
  }

  private static final class Waiting implements Requester {

    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>(1_024);

    @Override
    public boolean send(Exchange exchange) {
      exchanges.add(exchange);
      return false;
    }

    @Override
    public void abandon(Exchange exchange) {}

    @Override
    public void rest(int slot) {}
  }

  @ParameterizedTest
  @EnumSource
  void arrivals_make_no_objects_once_as_many_have_been_there_as_ever_are_at_once(
      Load.Arrivals arrivals) {
    RunPlan run = Plans.of(get("/"), think(1, 2), get("/"))
        .perSecond(100_000)
        .arrivals(arrivals)
        .lasting(Duration.ofSeconds(4))
        .run();
    var recorder = new Silent();
    var requester = new Waiting();
    var engine = new LoadEngine(
        Script.of(run), run.profile(), run.plan().seed(),
        IntStream.range(0, run.lanes()).toArray(), 0, 0, 0, requester, recorder);
    run(engine, requester, 0, 2 * SECOND);
    long answeredBefore = recorder.answered;
    long bytesBefore = allocatedBytes();

    run(engine, requester, 2 * SECOND, 3 * SECOND);

    long bytes = allocatedBytes() - bytesBefore;
    assertThat(recorder.answered - answeredBefore).isGreaterThan(190_000);
    // What the virtual machine and a new highest number of users take; a byte a request would be more.
    assertThat(bytes).isLessThan(100_000);
  }

  private static void run(LoadEngine engine, Waiting requester, long from, long until) {
    for (long now = from; now < until; now += WAKE_NANOS) {
      do {
        engine.advance(now);
        for (Exchange each = requester.exchanges.poll(); each != null; each = requester.exchanges
            .poll()) {
          engine.answered(each, null, 10, now);
        }
      } while (engine.nextNanos() <= now);
    }
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
