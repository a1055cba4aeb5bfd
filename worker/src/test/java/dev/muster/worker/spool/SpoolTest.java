package dev.muster.worker.spool;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.muster.v1.Snapshot;
import dev.muster.worker.run.PartId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

  private static final long MUCH = 1 << 30;
  private static final PartId PART = new PartId("first", "plan-1/50");

  @TempDir
  private Path folder = Path.of("");

  @Test
  void what_a_process_leaves_is_found_by_the_next_one_and_gone_when_that_has_delivered_it()
      throws IOException {
    try (Spool first = spool("first")) {
      first.inherit("store");
      keep(first, 1, 3);
      first.release(PART, 1);
    }

    try (Spool next = spool("next")) {
      assertThat(next.inherit("store")).containsExactly(PART);
      assertThat(next.inherit("store")).isEmpty();
      assertThat(next.last(PART)).isEqualTo(3);
      assertThat(next.read(PART, 2, 3)).containsExactly(snapshot(2), snapshot(3));
      next.forget(PART);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void nobody_takes_what_a_living_process_keeps() throws IOException {
    try (Spool first = spool("first"); Spool next = spool("next")) {
      first.inherit("store");
      keep(first, 1, 3);

      assertThat(next.inherit("store")).isEmpty();
    }
  }

  @Test
  void workers_that_begin_together_leave_each_other_alone() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 20; round++) {
        String store = "store-" + round;
        var together = new CyclicBarrier(8);
        var kept = new ArrayList<Future<Boolean>>();
        for (int worker = 0; worker < 8; worker++) {
          String name = "worker-" + worker;
          kept.add(threads.submit(() -> {
            try (Spool spool = spool(name)) {
              together.await();
              assertThat(spool.inherit(store)).isEmpty();
              spool.keep(new PartId(name, "run"), snapshot(1));
              boolean isThere = Files.exists(
                  folder.resolve(store).resolve(name).resolve("1.part"));
              together.await();
              return isThere;
            }
          }));
        }
        for (Future<Boolean> each : kept) {
          assertThat(each.get()).isTrue();
        }
      }
    }
  }

  @Test
  void nobody_takes_what_another_store_is_to_have() throws IOException {
    try (Spool first = spool("first")) {
      first.inherit("store");
      keep(first, 1, 3);
    }

    try (Spool next = spool("next")) {
      assertThat(next.inherit("another")).isEmpty();
    }
    try (Spool next = spool("next")) {
      assertThat(next.inherit("store")).containsExactly(PART);
    }
  }

  @Test
  void a_process_that_has_delivered_everything_leaves_nothing() throws IOException {
    try (Spool first = spool("first")) {
      first.inherit("store");
      keep(first, 1, 3);
      first.forget(PART);
    }

    assertThat(files()).isEmpty();
  }

  @Test
  void what_was_half_written_is_left_out_wherever_it_was_cut() throws IOException {
    try (Spool first = spool("first")) {
      first.inherit("store");
      keep(first, 1, 3);
    }
    Path file = files().stream()
        .filter(each -> each.toString().endsWith(".part"))
        .findFirst()
        .orElseThrow();
    byte[] whole = Files.readAllBytes(file);
    int each = whole.length / 3;
    for (int length = whole.length - 1; length >= each; length--) {
      Files.write(file, whole, StandardOpenOption.TRUNCATE_EXISTING);
      try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        channel.truncate(length);
      }

      try (SpooledPart part = SpooledPart.read(file)) {
        assertThat(part.last()).as("cut at %d", length).isEqualTo(length / each);
      }
    }
    whole[whole.length - 1] ^= 1;
    Files.write(file, whole);
    try (SpooledPart part = SpooledPart.read(file)) {
      assertThat(part.last()).isEqualTo(2);
      part.keep(snapshot(3), true);
    }
    try (SpooledPart part = SpooledPart.read(file)) {
      assertThat(part.read(1, 3)).containsExactly(snapshot(1), snapshot(2), snapshot(3));
    }
  }

  @Test
  void its_room_is_given_back_while_it_goes_on() throws IOException {
    Snapshot large = Snapshot.newBuilder()
        .setRunId("plan-1/50")
        .setConnectTime(ByteString.copyFrom(new byte[100_000]))
        .build();
    try (Spool spool = spool("first")) {
      spool.inherit("store");
      for (long sequence = 1; sequence <= 300; sequence++) {
        spool.keep(PART, large.toBuilder().setSequence(sequence).build());
        spool.release(PART, sequence - 5);
      }

      assertThat(files().stream().mapToLong(SpoolTest::size).sum()).isLessThan(3_000_000);
      assertThat(spool.read(PART, 1, 300)).extracting(Snapshot::getSequence)
          .containsExactlyElementsOf(LongStream.rangeClosed(296, 300).boxed().toList());
      spool.release(PART, 300);
      keep(spool, 301, 302);
    }
    try (Spool next = spool("next")) {
      next.inherit("store");
      assertThat(next.read(PART, 1, 400)).hasSize(2);
    }
  }

  @Test
  void it_says_when_more_waits_than_may() throws IOException {
    try (Spool spool = Spool.open(folder, "first", 100)) {
      spool.inherit("store");
      keep(spool, 1, 3);
      assertThat(spool.isFull()).isFalse();
      keep(spool, 4, 40);
      assertThat(spool.isFull()).isTrue();
      assertThat(spool.read(PART, 1, 40)).hasSize(40);
    }
  }

  @Test
  void what_the_disk_does_not_take_is_kept_in_memory_and_delivered() throws IOException {
    try (Spool spool = spool("first")) {
      spool.inherit("store");
      keep(spool, 1, 2);
      // As a part of another run would find it.
      var other = new PartId("first", "plan-1/100");
      Path own = folder.resolve("store").resolve("first");
      Files.createDirectory(own.resolve("2.part"));
      spool.keep(other, snapshot(1));
      Files.delete(own.resolve("2.part"));
      spool.keep(other, snapshot(2));

      assertThat(spool.read(other, 1, 2)).containsExactly(snapshot(1), snapshot(2));
    }
  }

  @Test
  void what_nobody_asked_for_in_a_week_is_thrown_away() throws IOException {
    try (Spool first = spool("first")) {
      first.inherit("store");
      keep(first, 1, 3);
    }
    for (Path file : files()) {
      Files.setLastModifiedTime(
          file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    }

    try (Spool next = spool("next")) {
      assertThat(next.inherit("store")).isEmpty();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void only_its_owner_can_read_it() throws IOException {
    try (Spool _ = spool("first")) {
      assertThat(Files.getPosixFilePermissions(folder)).hasSize(3)
          .allMatch(permission -> permission.name().startsWith("OWNER"));
    }
  }

  private Spool spool(String worker) throws IOException {
    return Spool.open(folder, worker, MUCH);
  }

  private static void keep(Spool spool, long first, long last) {
    LongStream.rangeClosed(first, last)
        .forEach(sequence -> spool.keep(PART, snapshot(sequence)));
  }

  private static Snapshot snapshot(long sequence) {
    return Snapshot.newBuilder().setRunId("plan-1/50").setSequence(sequence).setTick(9).build();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile)
          .filter(file -> folder.relativize(file).getNameCount() != 2)
          .toList();
    }
  }

  private static long size(Path file) {
    return file.toFile().length();
  }
}
