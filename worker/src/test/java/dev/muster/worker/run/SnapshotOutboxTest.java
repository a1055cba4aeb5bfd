package dev.muster.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.Snapshot;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SnapshotOutboxTest {

  @Test
  void nothing_is_forgotten_before_it_is_acknowledged() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var outbox = new SnapshotOutbox();
      long added = 0;
      long acknowledged = 0;
      for (int step = 0; step < 100; step++) {
        if (random.nextBoolean()) {
          Snapshot snapshot = outbox.add(Snapshot.newBuilder().setTick(added));
          assertThat(snapshot.getSequence()).as("seed %d", seed).isEqualTo(++added);
        } else {
          // Acknowledgements may be repeated, and come late; they never go beyond what was added.
          long sequence = random.nextLong(added + 1);
          outbox.acknowledged(sequence);
          acknowledged = Math.max(acknowledged, sequence);
        }
        List<Long> waiting = outbox.unacknowledged().stream().map(Snapshot::getSequence).toList();
        assertThat(waiting).as("seed %d, step %d", seed, step)
            .isEqualTo(LongStream.rangeClosed(acknowledged + 1, added).boxed().toList());
        assertThat(outbox.isDone()).as("seed %d", seed).isFalse();
      }
    }
  }

  @Test
  void it_is_done_when_the_last_and_all_before_it_are_acknowledged() {
    var outbox = new SnapshotOutbox();
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
}
