package dev.muster.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.Snapshot;
import dev.muster.worker.run.SnapshotOutbox.Span;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotOutboxTest {

  @Test
  void each_is_delivered_once_over_a_link_in_order_until_it_is_acknowledged_and_few_at_once() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      SnapshotOutbox outbox = SnapshotOutbox.fresh();
      long added = 0;
      long acknowledged = 0;
      long delivered = 0;
      boolean open = false;
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> {
            Snapshot snapshot = outbox.add(Snapshot.newBuilder().setTick(added));
            assertThat(snapshot.getSequence()).as("seed %d", seed).isEqualTo(++added);
          }
          case 2 -> {
            // Acknowledgements may be repeated, and come late, from an earlier link too.
            long sequence = random.nextLong(delivered + 1);
            outbox.acknowledged(sequence);
            acknowledged = Math.max(acknowledged, sequence);
          }
          case 3 -> {
            if (random.nextInt(4) == 0) {
              outbox.linkBroke();
              open = false;
            }
          }
          default -> {
            if (!open) {
              outbox.linkIsNew();
              delivered = acknowledged;
              open = true;
            }
          }
        }
        Optional<Span> next = outbox.next();
        long upTo = Math.min(added, acknowledged + SnapshotOutbox.WINDOW);
        assertThat(next).as("seed %d, step %d", seed, step)
            .isEqualTo(
                open && upTo > delivered
                    ? Optional.of(new Span(delivered + 1, upTo))
                    : Optional.empty());
        delivered = open ? Math.max(delivered, upTo) : delivered;
        assertThat(outbox.isDone()).as("seed %d", seed).isFalse();
      }
    }
  }

  @Test
  void it_is_done_when_the_last_and_all_before_it_are_acknowledged() {
    SnapshotOutbox outbox = SnapshotOutbox.fresh();
    outbox.add(Snapshot.newBuilder());
    outbox.acknowledged(1);
    assertThat(outbox.isDone()).isFalse();

    outbox.add(Snapshot.newBuilder());
    outbox.add(Snapshot.newBuilder().setLast(true));
    outbox.acknowledged(2);
    assertThat(outbox.isDone()).isFalse();

    outbox.acknowledged(3);
    assertThat(outbox.isDone()).isTrue();
  }

  @Test
  void what_another_has_numbered_is_done_when_its_end_is_acknowledged() {
    SnapshotOutbox outbox = SnapshotOutbox.of(new Span(7, 9));
    outbox.linkIsNew();

    assertThat(outbox.next()).contains(new Span(7, 9));
    outbox.acknowledged(8);
    assertThat(outbox.isDone()).isFalse();
    outbox.acknowledged(9);
    assertThat(outbox.isDone()).isTrue();
  }
}
