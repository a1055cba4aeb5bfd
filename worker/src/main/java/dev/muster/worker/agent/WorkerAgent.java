package dev.muster.worker.agent;

import dev.muster.plan.Experiment;
import dev.muster.plan.Plan;
import dev.muster.plan.PlanFile;
import dev.muster.plan.PlanReading;
import dev.muster.plan.PlanSource;
import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.LoadChanges;
import dev.muster.plan.load.Rate;
import dev.muster.trust.rpc.Dialer;
import dev.muster.v1.ClockProbe;
import dev.muster.v1.ClockReading;
import dev.muster.v1.Health;
import dev.muster.v1.Hello;
import dev.muster.v1.Inherited;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.JoinResponse;
import dev.muster.v1.PartInRun;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.Prepare;
import dev.muster.v1.Snapshot;
import dev.muster.v1.Version;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.guard.RateLimit;
import dev.muster.worker.http.LoadGenerator;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import dev.muster.worker.run.PartId;
import dev.muster.worker.run.WorkerAction;
import dev.muster.worker.run.WorkerEvent;
import dev.muster.worker.run.WorkerRules;
import dev.muster.worker.spool.Spool;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: joins a coordinator, generates the load it is assigned and hands in every snapshot. Load
 * does not depend on the link: while it is broken the load goes on for some time, and what is not
 * acknowledged is on this machine's disk and is sent again over the next one. All state belongs to one
 * thread, the agent's.
 */
public final class WorkerAgent implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerAgent.class);
  private static final long HEALTH_MILLIS = 1_000;
  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long LAST_RETRY_MILLIS = 2_000;

  /** How much longer it looks for a coordinator while it has something to deliver. */
  private static final Duration DELIVERY_PATIENCE = Duration.ofMinutes(10);

  /** How long before its machine is taken it is gone, so that the end is an orderly one. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  /** How much may wait to be delivered: hours of what most plans measure. */
  private static final long SPOOL_BYTES = 256 << 20;

  /** Where a coordinator does not say what its store goes by. */
  private static final String NAMELESS_STORE = "nameless";

  private final WorkerOptions options;
  private final Dialer dialer;
  private final Guard guard;
  private final String id = UUID.randomUUID().toString();
  private final Histograms histograms = new Histograms();
  private final LoadGenerator generator;
  private final WarmUp warmUp;
  private final CompletableFuture<WorkerEnd> end = new CompletableFuture<>();
  private final WorkerRules rules = new WorkerRules(id);
  private final Spool spool;
  private final Map<String, AssignedRun> runs = new LinkedHashMap<>();

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().name("agent").factory());
  private @Nullable CoordinatorLink link;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private long unreachableSinceNanos = System.nanoTime();

  /**
   * A worker that begins to join at once.
   *
   * @param dialer opens each of its links to the coordinator
   * @throws IOException if it cannot keep anything in its spool
   */
  public WorkerAgent(WorkerOptions options, Dialer dialer) throws IOException {
    this.options = options;
    this.spool = Spool.open(options.spool(), id, SPOOL_BYTES);
    this.dialer = dialer;
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

  /** Waits until the worker has ended, and says how. */
  public WorkerEnd awaitEnd() {
    return end.join();
  }

  /** This machine is likely to be taken from it, and nobody says when: says so. From any thread. */
  public void mayBeTaken(String reason) {
    onThread(() -> act(new WorkerEvent.Noticed(0, reason)));
  }

  /**
   * This machine will be taken from it: says so and leaves, as by {@link #leaveWithin}, while there is
   * time. From any thread; does not wait for that.
   */
  public void willBeTaken(Instant taken, String reason) {
    onThread(() -> act(new WorkerEvent.Noticed(UnixTime.nanos(taken), reason)));
    endWithin(Duration.between(Instant.now(), taken).minus(GOODBYE));
  }

  /**
   * Leaves when others have its lanes, what it measured is stored and nothing is in flight, or after {@code
   * atMost}; then {@link #awaitEnd} returns. From any thread; does not wait for that.
   */
  public void leaveWithin(Duration atMost) {
    onThread(() -> act(new WorkerEvent.LeaveAsked()));
    endWithin(atMost);
  }

  private void endWithin(Duration atMost) {
    var _ = end.completeOnTimeout(
        WorkerEnd.told(), Math.max(0, atMost.toMillis()), TimeUnit.MILLISECONDS);
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
    spool.close();
    end.complete(WorkerEnd.told());
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
          end.complete(
              new WorkerEnd(
                  WorkerEnd.Cause.DEFECT, "the worker met a defect of its own: " + e));
        }
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("The worker has ended; a late message is dropped", e);
    }
  }

  private void connect() {
    link = new CoordinatorLink(dialer, options.host(), options.port(),
        new CoordinatorLink.Events() {
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
                    .setProtocolVersion(Version.OURS.protocol())
                    .setProductVersion(Version.OURS.product())
                    .setEventLoops(options.eventLoops())
                    .addAllAllowedTargets(options.targets().rules())
                    .setLeased(options.lease().isPresent())
                    .addAllParts(parts()))
            .build());
  }

  private List<PartInRun> parts() {
    return rules.runs()
        .stream()
        .map(run -> PartInRun.newBuilder().setRunId(run).setEpoch(rules.epoch(run)).build())
        .toList();
  }

  private void linkBroke(CoordinatorLink from, Status why) {
    if (from != link) {
      return;
    }
    from.close();
    link = null;
    if (rules.isWelcome()) {
      unreachableSinceNanos = System.nanoTime();
      LOG.info("The link to the coordinator broke ({})", why.getCode());
      orphanedLater(unreachableSinceNanos);
    }
    act(new WorkerEvent.LinkBroke());
    switch (why.getCode()) {
      case FAILED_PRECONDITION, INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED -> alone(
          "the coordinator refused this worker: " + why.getDescription());
      case UNIMPLEMENTED -> alone(
          "what answers at " + options.host() + ":" + options.port()
              + " is no coordinator that worker " + Version.OURS.product()
              + " can join: use the same Muster for both");
      default -> retryOrEnd();
    }
  }

  private void alone(String why) {
    end.complete(WorkerEnd.noCoordinator(why));
  }

  private void orphanedLater(long sinceNanos) {
    var _ = thread.schedule(() -> onThread(() -> {
      if (!rules.isWelcome() && unreachableSinceNanos == sinceNanos) {
        act(new WorkerEvent.Orphaned());
        if (!runs.isEmpty()) {
          LOG.warn(
              "No coordinator for {} s: the load stands still until one is back",
              options.orphanTimeout().toSeconds());
        }
      }
    }), options.orphanTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private void retryOrEnd() {
    boolean holds = !runs.isEmpty() || !spool.isEmpty();
    Duration patience = holds
        ? options.giveUpAfter().plus(DELIVERY_PATIENCE)
        : options.giveUpAfter();
    long away = System.nanoTime() - unreachableSinceNanos;
    if (away > patience.toNanos()) {
      alone(
          "no coordinator at " + options.host() + ":" + options.port() + " for "
              + patience.toSeconds() + " s"
              + (spool.isEmpty()
                  ? ""
                  : "; what it measured waits in " + spool.folder()
                      + ", and the next worker that starts with that --spool delivers it"));
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
    if (message.hasWelcome()) {
      var theirs = new Version(
          message.getWelcome().getProductVersion(), message.getWelcome().getProtocolVersion());
      if (!theirs.understands(Version.OURS)) {
        alone(Version.OURS.cannotJoin(theirs));
        return;
      }
      retryMillis = FIRST_RETRY_MILLIS;
      LOG.info("Joined {}:{} as {}", options.host(), options.port(), options.name());
    }
    if (message.hasStay()) {
      // On this thread, so that a machine whose worker hangs ends.
      options.lease()
          .ifPresent(lease -> lease.renew(Duration.ofMillis(message.getStay().getForMillis())));
    }
    act(new WorkerEvent.Said(message));
    if (message.hasWelcome()) {
      String store = message.getWelcome().getStoreId();
      for (PartId left : spool.inherit(store.isEmpty() ? NAMELESS_STORE : store)) {
        LOG.warn("Delivers what worker {} has left of {}", left.worker(), left.run());
        act(new WorkerEvent.Inherited(left, spool.first(left), spool.last(left)));
      }
    }
  }

  private void act(WorkerEvent event) {
    for (WorkerAction action : rules.on(event)) {
      switch (action) {
        case WorkerAction.Say(JoinRequest message) -> send(message);
        case WorkerAction.Keep(PartId of, Snapshot snapshot) -> spool.keep(of, snapshot);
        case WorkerAction.Deliver(PartId of, long first, long last) -> spool.read(of, first, last)
            .forEach(snapshot -> send(delivery(of, snapshot)));
        case WorkerAction.Release(PartId of, long upTo) -> spool.release(of, upTo);
        case WorkerAction.MakeReady(Prepare prepare) -> makeReady(prepare);
        case WorkerAction.Begin(String run, long startUnixNanos, List<Integer> lanes) ->
          begin(run, startUnixNanos, lanes);
        case WorkerAction.Take(String run, List<LaneState> lanes) -> run(run).take(lanes);
        case WorkerAction.LetGo(String run, List<Integer> lanes, boolean atOnce) -> run(run)
            .letGo(lanes, atOnce);
        case WorkerAction.Change(String run, LoadChanges changes) -> run(run).change(changes);
        case WorkerAction.End() -> {
          LOG.info("Leaves, as it was asked to");
          end.complete(WorkerEnd.told());
        }
        case WorkerAction.EndLoad(String run, long drainNanos) -> run(run).stop(drainNanos);
        case WorkerAction.Forget(PartId of) -> {
          spool.forget(of);
          AssignedRun over = of.worker().equals(id) ? runs.remove(of.run()) : null;
          if (over != null) {
            over.close();
          }
        }
      }
    }
  }

  private JoinRequest delivery(PartId of, Snapshot snapshot) {
    return of.worker().equals(id)
        ? JoinRequest.newBuilder().setSnapshot(snapshot).build()
        : JoinRequest.newBuilder()
            .setInherited(
                Inherited.newBuilder().setWorkerId(of.worker()).setSnapshot(snapshot))
            .build();
  }

  private AssignedRun run(String id) {
    return Objects.requireNonNull(runs.get(id), id);
  }

  private void makeReady(Prepare prepare) {
    String id = prepare.getRunId();
    switch (read(prepare.getDocument())) {
      case PlanReading.Readable(Plan plan) -> {
        var refusal = guard.refusal(plan.target());
        if (refusal.isPresent()) {
          act(new WorkerEvent.MadeReady(id, refusal.get()));
          return;
        }
        boolean idle = runs.isEmpty();
        RunPlan run = Experiment.of(plan).runs().get(prepare.getRunIndex());
        runs.put(id, new AssignedRun(id, generator, run, histograms));
        CompletableFuture<Void> ready = idle
            ? warmUp.rehearse(plan)
            : CompletableFuture.completedFuture(null);
        var _ = ready.thenRun(() -> onThread(() -> act(new WorkerEvent.MadeReady(id, ""))));
      }
      case PlanReading.Unreadable unreadable ->
        act(new WorkerEvent.MadeReady(id, unreadable.problems().getFirst().toString()));
    }
  }

  private static PlanReading read(PlanDocument document) {
    return PlanFile.read(
        new PlanSource(
            document.getFileName(), document.getText(), document.getOverridesList(),
            document.getEnvironmentMap()));
  }

  private void begin(String id, long startUnixNanos, List<Integer> lanes) {
    AssignedRun run = run(id);
    run.begin(
        System.nanoTime() + (startUnixNanos - UnixTime.nanos()), lanes,
        (loop, tick) -> onThread(() -> tickEnded(run, loop, tick)),
        left -> onThread(() -> act(new WorkerEvent.LanesLeft(id, left))));
  }

  private void tickEnded(AssignedRun run, int loop, LoopTick tick) {
    run.add(loop, tick)
        .forEach(snapshot -> act(new WorkerEvent.TickEnded(run.id(), snapshot)));
    if (spool.isFull()) {
      LOG.warn("The load of {} ends, as too much of it waits to be stored", run.id());
      act(new WorkerEvent.TooMuchIsKept(run.id()));
    }
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
    runs.forEach(
        (id, run) -> send(
            JoinRequest.newBuilder().setHealth(run.health(rules.epoch(id))).build()));
  }

  private void send(JoinRequest message) {
    if (link != null && rules.isWelcome()) {
      link.send(message);
    }
  }
}
