package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.Plan;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.LoadProfile;
import dev.muster.plan.load.Share;
import dev.muster.plan.scenario.Step;
import dev.muster.worker.engine.LoadEngine;
import dev.muster.worker.engine.Script;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.guard.RateLimit;
import dev.muster.worker.health.GeneratorMeter;
import dev.muster.worker.health.ThreadClock;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import dev.muster.worker.record.TickRecorder;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The event loops of a worker, and the runs that they generate load for. For one thread, that of the
 * agent; the ticks of a run arrive on the event loops' threads.
 */
public final class LoadGenerator implements AutoCloseable {

  private static final long TICK_NANOS = 1_000_000_000;

  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup group;
  private final int eventLoops;
  private final List<InetAddress> sources;
  private final Histograms histograms;
  private final Guard guard;

  /**
   * A generator that uses {@code eventLoops} cores, at least 1.
   *
   * @param sources addresses of this machine that connections leave from in turn; none: the kernel
   *     chooses
   * @param histograms where the histograms of ticks come from and go back to
   * @param guard says where load may go, and how much in a second
   */
  public LoadGenerator(
      int eventLoops, List<InetAddress> sources, Histograms histograms, Guard guard) {
    this.guard = guard;
    this.eventLoops = eventLoops;
    this.sources = List.copyOf(sources);
    this.histograms = histograms;
    this.group = new MultiThreadIoEventLoopGroup(eventLoops, transport.handlers());
    group.forEach(loop -> loop.execute(Promptness::ofCurrentThread));
  }

  /** How many event loops generate load. */
  public int eventLoops() {
    return eventLoops;
  }

  /**
   * Makes ready for a run: reads its script and looks up its target. May wait for a name server. From now on
   * the JVM's compilers get what event loops leave.
   */
  public Load prepare(RunPlan run) {
    Promptness.ofCompilers();
    return new Load(run, guard);
  }

  /** As above, for a run whose target is {@code standIn}: it goes there, at any rate, and nowhere else. */
  public Load prepare(RunPlan run, StandIn standIn) {
    return new Load(run, Guard.only(standIn.socketAddress()));
  }

  /**
   * Measures how this generator does in a run that begins at {@code startNanos}, on the scale of {@link
   * System#nanoTime}, until it is closed. Waits for a turn of each event loop.
   */
  public GeneratorMeter meter(long startNanos) {
    Callable<ThreadClock> own = ThreadClock::ofCurrentThread;
    var clocks = new ArrayList<ThreadClock>();
    for (EventExecutor loop : group) {
      clocks.add(loop.submit(own).syncUninterruptibly().resultNow());
    }
    RateLimit rate = guard.rate();
    return new GeneratorMeter(
        clocks, startNanos, stalls -> new LoopPulse(group, stalls)::end,
        rate == null ? () -> 0 : rate::countHeldBack);
  }

  /** Whether event loops wait for sockets by what the kernel itself has for it, which costs least. */
  public static boolean hasNativeTransport() {
    return Epoll.isAvailable();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** A run's load on this worker. */
  public final class Load implements AutoCloseable {

    private final RunPlan run;
    private final Script script;
    private final TargetAddress target;
    private final @Nullable SslContext tls;
    private final List<LoadLoop> loops = new ArrayList<>();
    private int[] lanesAtFirst = {};

    /** By lane; made when it is first asked for, as most runs never do. */
    private @Nullable Map<Integer, Integer> loopOf;

    private int dealt;

    private final @Nullable RateLimit rate;

    private Load(RunPlan run, Guard guard) {
      this.run = run;
      this.rate = guard.rate();
      this.script = Script.of(run);
      this.target = new TargetAddress(run.plan().target(), guard);
      this.tls = run.plan().target().getScheme().equals("https")
          ? TargetTls.context(run.plan().http().tls(), run.plan().http().version())
          : null;
    }

    /** The script that the series of the ticks refer to. */
    public Script script() {
      return script;
    }

    /**
     * Starts the load.
     *
     * @param share the lanes of this worker
     * @param startNanos the start instant, on the scale of {@link System#nanoTime}
     * @param sink receives the ticks of each event loop in order; as many last ones as event loops
     * @param gone receives lanes that were let go, on the event loops' threads
     */
    public void start(Share share, long startNanos, Sink sink, Consumer<List<LaneState>> gone) {
      long firstTick = Math.max(0, (System.nanoTime() - startNanos) / TICK_NANOS);
      Duration drain = run.plan().load().drain();
      long drainNanos = drain == null ? Long.MAX_VALUE : drain.toNanos();
      LoadProfile profile = run.profile();
      int[] lanes = share.lanes().toArray();
      lanesAtFirst = lanes;
      int index = 0;
      for (EventExecutor executor : group) {
        int loopIndex = index++;
        int[] own = IntStream.range(0, lanes.length)
            .filter(place -> place % eventLoops == loopIndex)
            .map(place -> lanes[place])
            .toArray();
        var recorder = new TickRecorder(
            script.series().size(), histograms, tick -> sink.accept(loopIndex, tick), gone);
        var loop = (IoEventLoop) executor;
        loops.add(
            new LoadLoop(
                loop, run.plan().precision(),
                ends -> requester(loop, own.length, ends),
                requester -> new LoadEngine(
                    script, profile, run.plan().seed(), own, startNanos, firstTick, drainNanos,
                    requester, recorder, rate)));
      }
      loops.forEach(LoadLoop::start);
    }

    private LoopRequester requester(IoEventLoop loop, int users, LoopRequester.Ends ends) {
      List<AnswerChecks> checks = script.requests()
          .stream()
          .map(request -> AnswerChecks.of(request.step()))
          .toList();
      Plan plan = run.plan();
      if (plan.http().version() == Version.HTTP_2) {
        List<Http2RequestEncoder> encoders = encoders(Http2RequestEncoder::of);
        var buffers = new LoopBuffers(Http2Requester.bufferLength(encoders));
        return new Http2Requester(
            plan.connections(), plan.http().streams(), encoders, checks, users, target, buffers,
            opener(loop, buffers, ends), ends);
      }
      List<RequestEncoder> encoders = encoders(RequestEncoder::of);
      var buffers = new LoopBuffers(
          encoders.stream().mapToInt(RequestEncoder::longest).max().orElse(0));
      return new HttpRequester(
          plan.connections(), encoders, checks, users, target, buffers, opener(loop, buffers, ends),
          ends);
    }

    private <E> List<E> encoders(BiFunction<Step.Request, Plan, E> encoderOf) {
      return script.requests()
          .stream()
          .map(request -> encoderOf.apply(request.step(), run.plan()))
          .toList();
    }

    private Wire.Opener opener(
        IoEventLoop loop, LoopBuffers buffers, Wire.Openings openings) {
      boolean isHttp2 = run.plan().http().version() == Version.HTTP_2;
      if (tls == null) {
        return plainOpener(loop, buffers, isHttp2, openings);
      }
      LoopBuffers encrypted = TlsWire.encrypted();
      return TlsWire.opener(
          plainOpener(loop, encrypted, true, openings), encrypted, buffers, tls,
          run.plan().target().getHost(), isHttp2 ? ApplicationProtocolNames.HTTP_2 : null,
          openings);
    }

    private Wire.Opener plainOpener(IoEventLoop loop, LoopBuffers buffers, boolean interleaves,
        Wire.Openings openings) {
      var from = new SourceAddresses(sources);
      return transport.isEpoll()
          ? SocketWire.opener(loop, buffers, from, interleaves, openings)
          : ChannelWire.opener(loop, transport, buffers, from, openings);
    }

    private Map<Integer, Integer> loopOf() {
      if (loopOf == null) {
        loopOf = new HashMap<>();
        for (int place = 0; place < lanesAtFirst.length; place++) {
          loopOf.put(lanesAtFirst[place], place % eventLoops);
        }
      }
      return loopOf;
    }

    /** Takes lanes over from other workers, when it has been started. */
    public void take(List<LaneState> lanes) {
      byLoop(lanes, lane -> {
        int loop = dealt++ % eventLoops;
        loopOf().put(lane.lane(), loop);
        return loop;
      }).forEach((loop, own) -> loops.get(loop).take(own));
    }

    /**
     * Lets go of lanes, when it has been started; each is told of when it is gone.
     *
     * @param atOnce whether nothing of them may be sent any more
     */
    public void letGo(List<Integer> lanes, boolean atOnce) {
      // Asked for again, as it may be to go at once when it has not gone yet; its loop knows whether it has.
      byLoop(lanes, lane -> Objects.requireNonNull(loopOf().get(lane)))
          .forEach((loop, own) -> loops.get(loop).letGo(own, atOnce));
    }

    /** By event loop, those that {@code loopOf} says are its. */
    private static <T> Map<Integer, List<T>> byLoop(List<T> all, Function<T, Integer> loopOf) {
      return all.stream().collect(Collectors.groupingBy(loopOf));
    }

    /** Changes the load, when it has been started; {@code changes} are all so far. */
    public void change(LoadChanges changes) {
      loops.forEach(loop -> loop.change(changes));
    }

    /**
     * Ends the load early.
     *
     * @param drainNanos how long requests in flight may still take; negative: as planned
     */
    public void stop(long drainNanos) {
      loops.forEach(loop -> loop.stop(drainNanos));
    }

    /** How far the load was, a moment ago. */
    public Progress progress() {
      return loops.stream().map(LoadLoop::progress).reduce(new Progress(0, 0, 0), Progress::plus);
    }

    /** Closes all connections. */
    @Override
    public void close() {
      target.close();
      if (loops.isEmpty()) {
        ReferenceCountUtil.release(tls);
      }
      // The last loop to close is the last that could open a connection.
      var open = new AtomicInteger(loops.size());
      loops.forEach(loop -> loop.close(() -> {
        if (open.decrementAndGet() == 0) {
          ReferenceCountUtil.release(tls);
        }
      }));
    }
  }

  /** Receives ticks, on the event loops' threads. */
  public interface Sink {

    /** A tick of event loop {@code loop}, counted from 0. */
    void accept(int loop, LoopTick tick);
  }
}
