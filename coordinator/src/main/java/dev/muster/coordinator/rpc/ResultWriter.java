package dev.muster.coordinator.rpc;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/**
 * Writes results on a thread of its own, one after another, so that the coordinator's thread hears
 * workers meanwhile, and tells that thread what came of it. For the coordinator's thread, where nothing
 * else is said.
 */
final class ResultWriter implements AutoCloseable {

  /** What came of writing. */
  sealed interface Outcome<T> {

    /** It is there. */
    record Written<T>(T result) implements Outcome<T> {}

    /** It is not, or not whole. */
    record Failed<T>(Throwable why) implements Outcome<T> {}
  }

  private final Executor coordinator;
  private final ExecutorService thread;
  private int untold;

  /**
   * A writer with nothing to write.
   *
   * @param coordinator lets something run on the coordinator's thread
   * @param thread is this writer's, and of one thread
   */
  ResultWriter(Executor coordinator, ExecutorService thread) {
    this.coordinator = coordinator;
    this.thread = thread;
  }

  /**
   * Has something written.
   *
   * @param writing for the thread of this writer: of the coordinator's state it may use only what never
   *     changes
   * @param then is told what came of it, whatever that is
   */
  <T> void write(Callable<T> writing, Consumer<Outcome<T>> then) {
    untold++;
    thread.execute(() -> {
      Outcome<T> outcome = outcome(writing);
      coordinator.execute(() -> {
        untold--;
        then.accept(outcome);
      });
    });
  }

  // An Error too: those who wait for the outcome would else wait for ever.
  private static <T> Outcome<T> outcome(Callable<T> writing) {
    try {
      return new Outcome.Written<>(writing.call());
    } catch (Throwable e) {
      return new Outcome.Failed<>(e);
    }
  }

  /** Whether something is being written, or what came of it has yet to be told. */
  boolean isBusy() {
    return untold > 0;
  }

  /** Lets {@code task} run as soon as nothing is to be written or told. */
  void whenIdle(Runnable task) {
    if (isBusy()) {
      thread.execute(() -> coordinator.execute(() -> whenIdle(task)));
    } else {
      task.run();
    }
  }

  /** Waits until all is written. From any thread. */
  @Override
  public void close() {
    thread.close();
  }
}
