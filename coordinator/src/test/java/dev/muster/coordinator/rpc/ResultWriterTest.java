package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.rpc.ResultWriter.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Here the test's thread is the coordinator's. */
class ResultWriterTest {

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final ResultWriter writer = new ResultWriter(
      queue::add, Executors.newSingleThreadExecutor());
  private final List<Object> told = new ArrayList<>();

  @AfterEach
  void stop() {
    writer.close();
  }

  @Test
  void what_was_written_is_told_in_turn_and_on_the_coordinators_thread()
      throws InterruptedException {
    writer.write(() -> Thread.currentThread(), told::add);
    writer.write(() -> "second", told::add);
    assertThat(writer.isBusy()).isTrue();
    assertThat(told).isEmpty();

    runNext();
    assertThat(writer.isBusy()).isTrue();
    runNext();

    assertThat(writer.isBusy()).isFalse();
    assertThat(told).hasSize(2).last().isEqualTo(new Outcome.Written<>("second"));
    assertThat(told).first().isNotEqualTo(new Outcome.Written<>(Thread.currentThread()));
  }

  @Test
  void whatever_fails_is_told_and_the_next_is_written() throws InterruptedException {
    var full = new IOException("the disk is full");
    var tooLarge = new OutOfMemoryError("too large");
    writer.write(() -> {
      throw full;
    }, told::add);
    writer.write(() -> {
      throw tooLarge;
    }, told::add);
    writer.write(() -> "third", told::add);

    runNext();
    runNext();
    runNext();

    assertThat(told).containsExactly(
        new Outcome.Failed<>(full), new Outcome.Failed<>(tooLarge), new Outcome.Written<>("third"));
  }

  @Test
  void who_waits_for_it_waits_for_what_is_to_be_written_meanwhile_too()
      throws InterruptedException {
    writer.whenIdle(() -> told.add("at once"));
    writer.write(() -> "run", outcome -> {
      told.add(outcome);
      writer.write(() -> "report", told::add);
    });
    writer.whenIdle(() -> told.add("idle"));

    while (told.size() < 4) {
      runNext();
    }

    assertThat(told).containsExactly(
        "at once", new Outcome.Written<>("run"), new Outcome.Written<>("report"), "idle");
  }

  private void runNext() throws InterruptedException {
    Runnable next = queue.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was told in time, but " + told);
    }
    next.run();
  }
}
