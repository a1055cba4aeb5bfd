package dev.muster.worker.agent;

import dev.muster.plan.Experiment;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.Rate;
import dev.muster.plan.load.Share;
import dev.muster.v1.Acknowledge;
import dev.muster.v1.Assign;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.Prepared;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Start;
import dev.muster.v1.Stop;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.guard.RateLimit;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import io.grpc.Status;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: joins a coordinator, generates the load it is assigned and hands in every snapshot. Load
 * does not depend on the link: while it is broken the load goes on, and what is not acknowledged is
 * sent again over the next one. All state belongs to one thread, the agent's.
 */
public final class WorkerAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerAgent.class);
  private static final int PROTOCOL_VERSION = 1;
  private static final long HEALTH_MILLIS = 1_000;
  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long LAST_RETRY_MILLIS = 2_000;

  private final WorkerOptions options;
  private final Guard guard;
  private final String id = UUID.randomUUID().toString();
  private final Histograms histograms = new Histograms();
  private final LoadGenerator generator;
  private final WarmUp warmUp;
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private final Map<String, AssignedRun> runs = new LinkedHashMap<>();

  /** Runs that are over, lest a message that is repeated begin one again. */
  private final Set<String> past = new HashSet<>();

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().name("agent").factory());
  private @Nullable CoordinatorLink link;
  private boolean welcomed;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private long unreachableSinceNanos = System.nanoTime();

  /** A worker that begins to join at once. */
  public WorkerAgent(WorkerOptions options) {
    this.options = options;
    Rate most = options.maxRate();
    this.guard = new Guard(
        options.name(), options.targets(), most == null ? null : new RateLimit(most));
    this.generator = new LoadGenerator(
        options.eventLoops(), options.sources(), histograms, guard);
    onThread(this::connect);
    this.warmUp = WarmUp.of(generator, histograms);
    var _ = thread.scheduleAtFixedRate(
        () -> onThread(this::reportHealth), HEALTH_MILLIS, HEALTH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits until the worker has ended and returns why; empty when it was told to. */
  public String awaitEnd() {
    return end.join();
  }

  /** Leaves the coordinator and drops what is in flight. From any thread. */
  @Override
  public void close() {
    onThread(this::leave);
    // Waits, as runs close on event loops that must still be there.
    thread.close();
    generator.close();
  }

  private void leave() {
    if (link != null) {
      link.leave();
      link = null;
    }
    warmUp.end();
    runs.values().forEach(AssignedRun::close);
    runs.clear();
    end.complete("");
    // Else a retry that waits would join again.
    thread.shutdownNow();
  }

  private void onThread(Runnable task) {
    try {
      thread.execute(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          LOG.error("The worker ends, as it met a defect of its own", e);
          end.complete("the worker met a defect of its own: " + e);
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("The worker has ended; a late message is dropped", e);
    }
  }

  private void connect() {
    welcomed = false;
    link = new CoordinatorLink(options.host(), options.port(), new CoordinatorLink.Events() {
      @Override
      public void received(CoordinatorLink from, JoinResponse message) {
        // Answered here, as waiting for the agent's thread would spoil the reading.
        if (message.hasClockProbe()) {
          long received = UnixTime.nanos();
          onThread(() -> answerProbe(message.getClockProbe(), received));
        } else {
          onThread(() -> read(from, message));
        }
      }

      @Override
      public void broken(CoordinatorLink from, Status why) {
        onThread(() -> linkBroke(from, why));
      }
    });
    link.send(
        JoinRequest.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setWorkerId(id)
                    .setWorkerName(options.name())
                    .setProtocolVersion(PROTOCOL_VERSION)
                    .setEventLoops(options.eventLoops())
                    .addAllAllowedTargets(options.targets().rules()))
            .build());
  }

  private void linkBroke(CoordinatorLink from, Status why) {
    if (from != link) {
      return;
    }
    from.close();
    link = null;
    if (welcomed) {
      unreachableSinceNanos = System.nanoTime();
      LOG.info("The link to the coordinator broke ({})", why.getCode());
    }
    switch (why.getCode()) {
      case FAILED_PRECONDITION, INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED -> end
          .complete("the coordinator refused this worker: " + why.getDescription());
      default -> retryOrEnd();
    }
  }

  private void retryOrEnd() {
    long away = System.nanoTime() - unreachableSinceNanos;
    if (away > options.giveUpAfter().toNanos()) {
      end.complete(
          "no coordinator at " + options.host() + ":" + options.port() + " for "
              + options.giveUpAfter().toSeconds() + " s");
      return;
    }
    var _ = thread.schedule(
        () -> onThread(this::connect), retryMillis, TimeUnit.MILLISECONDS);
    retryMillis = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
  }

  private void read(CoordinatorLink from, JoinResponse message) {
    if (from != link) {
      return;
    }
    switch (message.getMessageCase()) {
      case WELCOME -> welcomed();
      case PREPARE -> prepare(message.getPrepare());
      case ASSIGN -> assign(message.getAssign());
      case START -> start(message.getStart());
      case ACKNOWLEDGE -> acknowledged(message.getAcknowledge());
      case STOP -> stop(message.getStop());
      case CLOCK_PROBE, MESSAGE_NOT_SET -> LOG.debug("A message of a kind not known here");
    }
  }

  private void welcomed() {
    welcomed = true;
    retryMillis = FIRST_RETRY_MILLIS;
    LOG.info("Joined {}:{} as {}", options.host(), options.port(), options.name());
    for (AssignedRun run : runs.values()) {
      run.outbox().unacknowledged().forEach(this::send);
    }
  }

  private void prepare(Prepare prepare) {
    String id = prepare.getRunId();
    AssignedRun known = runs.get(id);
    if (past.contains(id)) {
      prepared(id, "");
    } else if (known != null) {
      prepared(known);
    } else {
      switch (read(prepare.getDocument())) {
        case PlanReading.Readable(Plan plan) -> {
          var refusal = guard.refusal(plan.target());
          if (refusal.isPresent()) {
            prepared(id, refusal.get());
            return;
          }
          RunPlan run = Experiment.of(plan).runs().get(prepare.getRunIndex());
          boolean idle = runs.isEmpty();
          var assigned = new AssignedRun(
              id, generator, run, histograms,
              idle ? warmUp.rehearse(plan) : CompletableFuture.completedFuture(null));
          runs.put(id, assigned);
          prepared(assigned);
        }
        case PlanReading.Unreadable unreadable ->
          prepared(id, unreadable.problems().getFirst().toString());
      }
    }
  }

  /** Says that a run is prepared, once it is. */
  private void prepared(AssignedRun run) {
    var _ = run.ready().thenRun(() -> onThread(() -> prepared(run.id(), "")));
  }

  private void prepared(String runId, String problem) {
    send(
        JoinRequest.newBuilder()
            .setPrepared(Prepared.newBuilder().setRunId(runId).setProblem(problem))
            .build());
  }

  private static PlanReading read(PlanDocument document) {
    return PlanFile.read(
        new PlanSource(
            document.getFileName(), document.getText(), document.getOverridesList(),
            document.getEnvironmentMap()));
  }

  private void assign(Assign assign) {
    AssignedRun run = runs.get(assign.getRunId());
    if (run != null) {
      run.assign(
          assign.getEpoch(),
          new Share(
              assign.getLanesList()
                  .stream()
                  .map(r -> new Share.Range(r.getFirst(), r.getEnd(), r.getStride()))
                  .collect(Collectors.toList())));
    }
  }

  private void start(Start start) {
    AssignedRun run = runs.get(start.getRunId());
    if (run != null) {
      long startNanos = System.nanoTime() + (start.getStartUnixNanos() - UnixTime.nanos());
      run.start(startNanos, (loop, tick) -> onThread(() -> tickEnded(run, loop, tick)));
    }
  }

  private void tickEnded(AssignedRun run, int loop, LoopTick tick) {
    run.add(loop, tick).forEach(this::send);
  }

  private void acknowledged(Acknowledge acknowledge) {
    AssignedRun run = runs.get(acknowledge.getRunId());
    if (run != null) {
      run.outbox().acknowledged(acknowledge.getSequence());
      if (run.outbox().isDone()) {
        leaveBehind(run);
      }
    }
  }

  private void stop(Stop stop) {
    AssignedRun run = runs.get(stop.getRunId());
    if (run == null) {
      return;
    }
    if (run.isStarted()) {
      run.stop(stop.getDrainNanos());
    } else {
      leaveBehind(run);
    }
  }

  private void leaveBehind(AssignedRun run) {
    run.close();
    runs.remove(run.id());
    past.add(run.id());
  }

  private void answerProbe(ClockProbe probe, long receivedUnixNanos) {
    send(
        JoinRequest.newBuilder()
            .setClockReading(
                ClockReading.newBuilder()
                    .setProbeSentUnixNanos(probe.getSentUnixNanos())
                    .setReceivedUnixNanos(receivedUnixNanos)
                    .setRepliedUnixNanos(UnixTime.nanos()))
            .build());
  }

  private void reportHealth() {
    if (runs.isEmpty()) {
      send(JoinRequest.newBuilder().setHealth(Health.getDefaultInstance()).build());
    }
    for (AssignedRun run : runs.values()) {
      send(JoinRequest.newBuilder().setHealth(run.health()).build());
    }
  }

  private void send(Snapshot snapshot) {
    send(JoinRequest.newBuilder().setSnapshot(snapshot).build());
  }

  private void send(JoinRequest message) {
    // What is not sent now is sent on Welcome, in order; nothing may overtake it.
    if (link != null && welcomed) {
      link.send(message);
    }
  }
}
