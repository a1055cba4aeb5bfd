package dev.muster.coordinator.rpc;

import dev.muster.coordinator.CoordinatorOptions;
import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.run.RunEvent;
import dev.muster.coordinator.run.RunMessages;
import dev.muster.coordinator.store.Store;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.coordinator.store.StoreException;
import dev.muster.plan.load.LaneState;
import dev.muster.v1.JoinRequest;
import dev.muster.v1.LetGo;
import dev.muster.v1.Notice;
import io.grpc.Status;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's thread. Everything that happens comes to it through one queue, and all state is
 * its own, so no rule needs a lock. It takes what has queued up in one go and stores all snapshots in
 * it in one transaction before it acknowledges any. Only results are written on a thread of their own,
 * which is handed what does not change and hands back what came of it.
 */
final class CoordinatorLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLoop.class);
  private static final long TURN_MILLIS = 50;
  private static final int MOST_AT_ONCE = 10_000;
  /** How often workers are asked for their clocks, and leased ones let stay. */
  private static final Duration CARE_EVERY = Duration.ofSeconds(10);
  private static final Duration METER_EVERY = Duration.ofSeconds(1);

  /** Something that reached the queue. */
  private sealed interface Message {

    /**
     * A snapshot, to be stored with those that came with it.
     *
     * @param session who delivers it
     * @param worker the id of who measured it
     */
    record Snapshot(WorkerSession session, String worker, CheckedSnapshot checked)
        implements
          Message {

      /** Whether it comes from another than who measured it, whose process has ended. */
      boolean isInherited() {
        return !worker.equals(session.id());
      }

      String runId() {
        return checked.message().getRunId();
      }

      long sequence() {
        return checked.message().getSequence();
      }

      boolean isLast() {
        return checked.message().getLast();
      }
    }

    /** Anything else that a worker said. */
    record Word(WorkerSession session, JoinRequest said, long atUnixNanos) implements Message {}

    /** All that had come to the port when this was asked for is in the queue, or was. */
    record AllCame() implements Message {}

    /** Anything else. */
    record Task(Runnable task) implements Message {}
  }

  private final Store store;
  private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final Roster roster;
  private final ResultWriter writer;
  private final Meter meter;
  private final Experiments experiments;
  private final Ceilings ceilings;
  private final Consumer<Runnable> afterAllThatCame;
  private final WaitClock clock = new WaitClock(System.nanoTime());
  private long caredNanos;
  private long meteredNanos;
  private boolean storeFails;
  private volatile boolean closed;

  /**
   * @param afterAllThatCame has a task run when all that has come to the port by now has been handed to this
   * @param results is this loop's, and of one thread: results are written on it
   */
  CoordinatorLoop(
      CoordinatorOptions options, Store store, Consumer<Runnable> afterAllThatCame,
      ExecutorService results) {
    this.store = store;
    this.afterAllThatCame = afterAllThatCame;
    this.roster = new Roster(store.id(), options.bounds().workers());
    this.writer = new ResultWriter(this::execute, results);
    this.meter = new Meter(store);
    this.experiments = new Experiments(options, store, roster, writer, meter);
    this.ceilings = new Ceilings(meter, roster, experiments);
    experiments.resume(clock.nanos());
    this.thread = Thread.ofPlatform().name("coordinator").start(this::runLoop);
  }

  /** Lets {@code task} run on the coordinator's thread. From any thread. */
  void execute(Runnable task) {
    queue.add(new Message.Task(task));
  }

  /** As {@link #execute}, with a result or an exception. From any thread. */
  <T> CompletableFuture<T> call(Callable<T> task) {
    var result = new CompletableFuture<T>();
    execute(() -> complete(result, task));
    return result;
  }

  /** As {@link #call}, as soon as no results are being written. From any thread. */
  <T> CompletableFuture<T> callWhenWritten(Callable<T> task) {
    var result = new CompletableFuture<T>();
    execute(() -> writer.whenIdle(() -> complete(result, task)));
    return result;
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> task) {
    try {
      result.complete(task.call());
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  // ---- what workers say

  /** How the stream of a worker is to be ended for which there is no room; empty where there is. */
  Optional<Status> roomFor(WorkerSession session) {
    return roster.refusal(session);
  }

  /** A worker has joined, for the first time or again. */
  void joined(WorkerSession session) {
    roster.join(session);
    ActiveRun run = experiments.run();
    boolean isBack = run != null && run.hasMember(session.id());
    if (run != null && isBack) {
      experiments.apply(
          run, new RunEvent.LinkIsBack(session.id(), session.epochAtJoin(run.id())), nowNanos());
    }
    ceilings.turn(nowNanos());
    if (run != null && !isBack && experiments.run() == run && !session.isLeaving()) {
      experiments.apply(run, new RunEvent.Joined(session.id(), session.name()), nowNanos());
    }
  }

  /** A worker's stream has ended; its other side is ended with {@code status}. */
  void left(WorkerSession session, Status status) {
    session.end(status);
    roster.leave(session); // a run waits: the worker may come back with all it has
  }

  /** A worker delivered a snapshot that the worker of id {@code worker} has measured. From any thread. */
  void delivered(WorkerSession session, String worker, CheckedSnapshot snapshot) {
    queue.add(new Message.Snapshot(session, worker, snapshot));
  }

  /** A worker said something else. From any thread. */
  void said(WorkerSession session, JoinRequest message, long atUnixNanos) {
    queue.add(new Message.Word(session, message, atUnixNanos));
  }

  private void read(WorkerSession session, JoinRequest message, long atUnixNanos) {
    switch (message.getMessageCase()) {
      case CLOCK_READING -> session.read(message.getClockReading(), atUnixNanos);
      case PREPARED -> applyTo(
          message.getPrepared().getRunId(),
          new RunEvent.WorkerPrepared(session.id(), message.getPrepared().getProblem()),
          session);
      case HEALTH -> applyTo(
          message.getHealth().getRunId(),
          new RunEvent.HealthReported(
              session.id(), message.getHealth().getSent(), message.getHealth().getEpoch()),
          session);
      case LET_GO -> letGo(session, message.getLetGo());
      case LEAVE -> leaves(session);
      case NOTICE -> noticed(session, message.getNotice());
      case HELLO, SNAPSHOT, INHERITED, MESSAGE_NOT_SET -> LOG.debug("A message out of place");
    }
  }

  private void leaves(WorkerSession session) {
    LOG.info("Worker {} wants to leave", session.name());
    session.leaves();
    ActiveRun run = experiments.run();
    if (run != null && run.hasMember(session.id())) {
      experiments.apply(run, new RunEvent.LeaveAsked(session.id()), nowNanos());
    }
  }

  private void noticed(WorkerSession session, Notice notice) {
    session.noticed(notice);
    boolean isTaken = session.takenUnixNanos() > 0;
    LOG.warn(
        "The machine of worker {} {} ({})", session.name(),
        isTaken ? "is taken back" : "is likely to be taken back", notice.getReason());
    ActiveRun run = experiments.run();
    if (isTaken && run != null && run.hasMember(session.id())) {
      run.submission()
          .followers()
          .tellInPassing(
              Messages.waiting(
                  "Worker " + session.name() + " is taken back (" + notice.getReason()
                      + "): its users go to others."));
    }
  }

  /** Asks the workers of a name to leave; returns how many there are. On the coordinator's thread. */
  int drain(String name) {
    List<WorkerSession> asked = roster.named(name);
    asked.forEach(session -> session.send(Messages.dismiss()));
    return asked.size();
  }

  private void letGo(WorkerSession session, LetGo message) {
    List<LaneState> lanes;
    try {
      lanes = RunMessages.lanes(message);
    } catch (IllegalArgumentException e) {
      refuse(session, "a lane that was let go is impossible: " + e.getMessage());
      return;
    }
    applyTo(message.getRunId(), new RunEvent.LanesLetGo(session.id(), lanes), session);
  }

  private void applyTo(String runId, RunEvent event, WorkerSession session) {
    ActiveRun run = experiments.run();
    if (run != null && run.isOf(runId, session.id())) {
      experiments.apply(run, event, nowNanos());
    } else if (!runId.isEmpty()) {
      // Nobody waits for that run any more, so it must not send load beside another.
      session.send(RunMessages.stop(runId, 0));
    }
  }

  /** What the clock of all waits shows, in nanoseconds. */
  long nowNanos() {
    return clock.nanos();
  }

  /** The experiments that were submitted to this process. */
  Experiments experiments() {
    return experiments;
  }

  Store store() {
    return store;
  }

  /** The workers that have joined, those that leave among them. On the coordinator's thread. */
  List<WorkerSession> workers() {
    return roster.joined();
  }

  /** Those that have left as their machines are taken back; see {@link Roster#takenAway}. */
  SequencedMap<String, Long> takenAway() {
    return roster.takenAway();
  }

  Meter meter() {
    return meter;
  }

  /** More is known of what fleets cost, or may cost. On the coordinator's thread. */
  void heedCeilings() {
    ceilings.turn(nowNanos());
  }

  /** Why a worker that has joined would refuse a plan for {@code target}; see {@link Roster#refusal}. */
  Optional<String> refusal(URI target) {
    return roster.refusal(target);
  }

  // ---- the loop

  private void runLoop() {
    var batch = new ArrayList<Message>();
    while (!closed || writer.isBusy()) {
      try {
        Message first = queue.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
        if (clock.asks(System.nanoTime())) {
          afterAllThatCame.accept(() -> queue.add(new Message.AllCame()));
        }
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, MOST_AT_ONCE);
        }
        handle(batch);
        if (!closed) {
          guarded(this::turn);
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        batch.clear();
      }
    }
  }

  /** One bad message must not end everybody's run, nor take those that came with it. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("The coordinator met a defect of its own and goes on", e);
    }
  }

  private void handle(List<Message> batch) {
    var snapshots = new ArrayList<Message.Snapshot>();
    boolean caughtUp = false;
    for (Message message : batch) {
      switch (message) {
        case Message.Snapshot snapshot -> snapshots.add(snapshot);
        case Message.Word word -> {
          // Ahead of the snapshots before it, which would else be stored in as many transactions as there
          // are words between them.
          guarded(() -> read(word.session(), word.said(), word.atUnixNanos()));
          word.session().handled();
        }
        case Message.AllCame() -> caughtUp = true;
        case Message.Task(Runnable task) -> {
          keepAll(snapshots);
          guarded(task);
        }
      }
    }
    keepAll(snapshots);
    if (caughtUp) {
      clock.caughtUp();
    }
  }

  private void keepAll(List<Message.Snapshot> snapshots) {
    guarded(() -> keep(snapshots));
    snapshots.forEach(each -> each.session().handled());
    snapshots.clear();
  }

  /** Stores snapshots, then merges and acknowledges them. */
  private void keep(List<Message.Snapshot> snapshots) {
    ActiveRun into = experiments.run();
    var mine = new ArrayList<Message.Snapshot>();
    var late = new ArrayList<Message.Snapshot>();
    for (Message.Snapshot each : snapshots) {
      if (into == null || !into.isAssigned(each.runId(), each.worker())) {
        late.add(each);
      } else {
        into.problemOf(each.checked())
            .ifPresentOrElse(
                problem -> refuse(each.session(), problem),
                () -> mine.add(each));
      }
    }
    keepLate(late);
    if (into == null || mine.isEmpty()) {
      return;
    }
    List<WorkerSnapshot> added;
    try {
      added = store.add(
          mine.stream().map(s -> new WorkerSnapshot(s.worker(), s.checked())).toList());
    } catch (StoreException e) {
      into.submission().noteTrouble(String.valueOf(e.getMessage()));
      if (!storeFails) {
        into.submission()
            .followers()
            .tellInPassing(
                Messages.waiting(
                    "The coordinator cannot store what is measured (" + e.getMessage()
                        + "); workers keep it until it can."));
      }
      sendBack(mine, e);
      return;
    }
    if (storeFails) {
      storeFails = false;
      LOG.warn("The store can be written again");
      into.submission()
          .followers()
          .tellInPassing(Messages.waiting("The coordinator can store again."));
    }
    added.forEach(into::add);
    into.tellProgress();
    for (Message.Snapshot each : mine) {
      if (experiments.run() == into) {
        experiments.apply(
            into,
            each.isInherited()
                ? new RunEvent.SnapshotInherited(each.worker(), each.sequence(), each.isLast())
                : new RunEvent.SnapshotStored(each.worker(), each.sequence(), each.isLast()),
            nowNanos());
      }
      if (experiments.run() != into || each.isInherited()) {
        acknowledge(each);
      }
    }
  }

  /** What comes when its run has ended still counts, if that run had a part for who measured it. */
  private void keepLate(List<Message.Snapshot> snapshots) {
    for (Message.Snapshot each : snapshots) {
      try {
        experiments.addLate(new WorkerSnapshot(each.worker(), each.checked()), nowNanos());
      } catch (StoreException e) {
        sendBack(List.of(each), e);
        continue;
      }
      acknowledge(each);
      if (!each.isInherited() && !each.isLast()) {
        roster.send(each.worker(), RunMessages.stop(each.runId(), 0));
      }
    }
  }

  private void acknowledge(Message.Snapshot snapshot) {
    roster.send(
        snapshot.session().id(),
        snapshot.isInherited()
            ? RunMessages.acknowledge(snapshot.runId(), snapshot.worker(), snapshot.sequence())
            : RunMessages.acknowledge(snapshot.runId(), snapshot.sequence()));
  }

  /** Ends the stream of a worker that must not come back: what it sent makes no sense. */
  void refuse(WorkerSession session, String problem) {
    LOG.error("Worker {} is refused: {}", session.name(), problem);
    left(session, Status.INVALID_ARGUMENT.withDescription(problem));
  }

  /**
   * The store failed. The workers keep what is not acknowledged and bring it again over a new stream;
   * so nothing is lost, and nothing piles up here.
   */
  private void sendBack(List<Message.Snapshot> snapshots, StoreException why) {
    if (!storeFails) {
      storeFails = true;
      LOG.error(
          "Nothing can be stored ({}): what workers measure stays with them until it can",
          why.getMessage());
    }
    snapshots.stream()
        .map(Message.Snapshot::session)
        .distinct()
        .forEach(
            session -> left(
                session, Status.UNAVAILABLE.withDescription("the coordinator cannot store")));
  }

  private void turn() {
    if (nowNanos() - caredNanos > CARE_EVERY.toNanos()) {
      caredNanos = nowNanos();
      roster.probeClocks();
      roster.letStay();
    }
    if (nowNanos() - meteredNanos > METER_EVERY.toNanos()) {
      meteredNanos = nowNanos();
      ceilings.turn(nowNanos());
    }
    experiments.turn(nowNanos());
  }

  /** Ends every stream, when the results of a run that has ended are written and told of. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.close();
    roster.close();
  }
}
