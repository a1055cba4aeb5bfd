package dev.muster.coordinator.store;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.checked;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.coordinator.bill.Machine;
import dev.muster.coordinator.store.Store.WorkerSnapshot;
import dev.muster.plan.load.LoadChange;
import dev.muster.plan.load.LoadSize;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunState;
import dev.muster.v1.SavedRun;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

  private static final StoredExperiment EXPERIMENT = new StoredExperiment(
      "x", "three_tier", "plan.yaml", "name: three_tier\n",
      List.of("scenario.0.post.body=two\nlines", "", "load.users=7"), "locust-2", 99);
  private static final StoredRun RUN = new StoredRun(
      "x/50", "x", 0, "three_tier_50", new LoadSize.Users(50), RunState.RUN_STATE_WAITING, 99, 0,
      0);

  private static final UnendedExperiment UNENDED = new UnendedExperiment(
      "x",
      PlanDocument.newBuilder().setText("name: x\n").putEnvironment("KEY", "s3cr3t-value").build(),
      3, 8, false);
  private static final SavedRun SAVED = SavedRun.newBuilder().setStopDrainNanos(5).build();

  @TempDir
  Path folder = Path.of("");

  private Path file() {
    return folder.resolve("muster.db");
  }

  private Store filled() {
    Store store = Store.open(file());
    store.add(EXPERIMENT, UNENDED, List.of(RUN));
    return store;
  }

  @Test
  void what_was_written_is_there_when_it_is_opened_again() {
    var worker = new StoredWorker("id", "name", 25, true, 12);
    try (Store store = filled()) {
      store.setState("x/50", RunState.RUN_STATE_ENDED);
      store.save("x/50", 7, SAVED);
      store.setStopped("x/50", 8);
      store.setStopped("x/50", 9);
      store.put("x/50", new StoredWorker("id", "name", 25, false, 0));
      store.put("x/50", worker);
      store.add(List.of(new WorkerSnapshot("id", checked(answered("x/50", 0, 100)))));
    }

    try (Store store = Store.open(file())) {
      assertThat(store.experiments()).containsExactly(EXPERIMENT);
      assertThat(store.experiment("x")).contains(EXPERIMENT);
      assertThat(store.experiment("y")).isEmpty();
      assertThat(store.runs("x")).containsExactly(
          new StoredRun("x/50", "x", 0, "three_tier_50", new LoadSize.Users(50),
              RunState.RUN_STATE_ENDED, 99, 7, 8));
      assertThat(store.workers("x/50")).containsExactly(worker);
      assertThat(snapshots(store))
          .containsExactly(new WorkerSnapshot("id", checked(answered("x/50", 0, 100))));
    }
  }

  @Test
  void a_run_of_arrivals_keeps_its_rate() {
    var run = new StoredRun(
        "x/0.5", "x", 0, "open_0.5", new LoadSize.ArrivalRate(new BigDecimal("0.5")),
        RunState.RUN_STATE_WAITING, 99, 0, 0);
    try (Store store = Store.open(file())) {
      store.add(EXPERIMENT, UNENDED, List.of(run));

      assertThat(store.runs("x")).containsExactly(run);
    }
  }

  @Test
  void a_store_from_before_there_were_arrivals_is_read_and_written() throws SQLException {
    filled().close();
    sql("ALTER TABLE runs DROP COLUMN rate");
    sql("PRAGMA user_version = 1");

    try (Store store = Store.open(file())) {
      assertThat(store.runs("x")).containsExactly(RUN);
      store.save("x/50", 7, SAVED);
      assertThat(store.runs("x").getFirst().startUnixNanos()).isEqualTo(7);
    }
    Store.open(file()).close();
  }

  /** Its snapshots have every service time, from the connect on, and none of the parts of requests. */
  @Test
  void a_store_from_before_service_began_with_the_write_is_read() throws SQLException {
    var before = new WorkerSnapshot("a", checked(refused("x/50", 0, 100)));
    try (Store store = filled()) {
      store.add(List.of(before));
    }
    sql("PRAGMA user_version = 2");

    try (Store store = Store.open(file())) {
      assertThat(snapshots(store)).containsExactly(before);
    }
  }

  @Test
  void a_snapshot_that_comes_twice_is_there_once() {
    var first = new WorkerSnapshot("a", checked(answered("x/50", 0, 100)));
    var second = new WorkerSnapshot("a", checked(answered("x/50", 1, 100)));
    var sameNumber = new WorkerSnapshot("a", checked(answered("x/50", 2).setSequence(1)));
    try (Store store = filled()) {
      assertThat(store.add(List.of(first, first))).containsExactly(first);
      assertThat(store.add(List.of(first, second, sameNumber))).containsExactly(second);
      assertThat(snapshots(store)).containsExactly(first, second);
    }
  }

  @Test
  void what_was_done_to_a_run_is_read_in_order_and_a_store_from_before_there_was_such_has_none()
      throws SQLException {
    filled().close();
    sql("DROP TABLE events");
    sql("PRAGMA user_version = 4");
    var scaled = StoredEvent.of(new LoadChange.Scale(7, 9));
    var stopped = new StoredEvent(StoredEvent.Kind.STOPPED, 8, 0);

    try (Store store = Store.open(file())) {
      assertThat(store.events("x/50")).isEmpty();
      store.put("x/50", 1, stopped);
      store.put("x/50", 0, stopped);
      store.put("x/50", 0, scaled);
      assertThat(store.events("x/50")).containsExactly(scaled, stopped);
    }
    assertThat(scaled.change()).contains(new LoadChange.Scale(7, 9));
    assertThat(scaled.words()).isEqualTo("scaled to 9 users");
    assertThat(stopped.change()).isEmpty();
  }

  @Test
  void what_machines_cost_and_may_cost_is_there_when_it_is_opened_again() {
    var priced = new Machine(
        "i-1", "workers", "c7g.large, spot", Optional.of(new BigDecimal("0.0725")), 7, 8, 9);
    var unpriced = new Machine("i-2", "workers", "", Optional.empty(), 7, 0, 0);
    try (Store store = Store.open(file())) {
      assertThat(store.bill().fleets(10)).isEmpty();
      store.put(new Machine("i-1", "others", "", Optional.empty(), 1, 2, 3));
      store.put(priced);
      store.put(unpriced);
      store.putCeiling("workers", new BigDecimal("4"));
      store.putCeiling("workers", new BigDecimal("5.50"));
    }
    try (Store store = Store.openToRead(file())) {
      assertThat(store.bill().machineOf("i-1")).contains(priced);
      assertThat(store.bill().machineOf("i-2")).contains(unpriced);
      assertThat(store.bill().fleets(10)).singleElement()
          .satisfies(fleet -> assertThat(fleet.ceiling()).contains(new BigDecimal("5.50")));
    }
  }

  @Test
  void a_store_from_before_there_were_costs_is_read_and_written() throws SQLException {
    var scaled = StoredEvent.of(new LoadChange.Scale(7, 9));
    var told = StoredEvent.told(8, "fleet workers has reached its ceiling of 5.00 USD");
    try (Store store = filled()) {
      store.put("x/50", 0, scaled);
    }
    sql("DROP TABLE machines");
    sql("DROP TABLE ceilings");
    sql("ALTER TABLE events DROP COLUMN said");
    sql("PRAGMA user_version = 5");

    try (Store store = Store.open(file())) {
      assertThat(store.bill().fleets(10)).isEmpty();
      assertThat(store.events("x/50")).containsExactly(scaled);
      store.put("x/50", 1, told);
      store.put(new Machine("i-1", "workers", "", Optional.empty(), 1, 0, 0));
    }
    try (Store store = Store.open(file())) {
      assertThat(store.events("x/50")).containsExactly(scaled, told);
      assertThat(store.bill().machineOf("i-1")).isPresent();
    }
    assertThat(told.words()).isEqualTo("fleet workers has reached its ceiling of 5.00 USD");
    assertThat(told.change()).isEmpty();
  }

  @Test
  void snapshots_are_read_by_tick() {
    try (Store store = filled()) {
      for (long tick : List.of(2L, 0L, 1L)) {
        store.add(
            List.of(
                new WorkerSnapshot("b", checked(answered("x/50", tick))),
                new WorkerSnapshot("a", checked(answered("x/50", tick)))));
      }

      assertThat(snapshots(store)).extracting(s -> s.snapshot().message().getTick() + s.worker())
          .containsExactly("0a", "0b", "1a", "1b", "2a", "2b");
    }
  }

  @Test
  void who_goes_on_with_an_experiment_finds_all_that_is_needed_until_it_has_ended()
      throws IOException {
    try (Store store = filled()) {
      store.save("x/50", 7, SAVED);
    }
    try (Store store = Store.open(file())) {
      assertThat(store.unended()).containsExactly(UNENDED);
      assertThat(store.savedRun("x/50")).contains(SAVED);
      store.setExperimentStopped("x");
      assertThat(store.unended()).extracting(UnendedExperiment::stopped).containsExactly(true);

      store.setEnded("x");

      assertThat(store.unended()).isEmpty();
      assertThat(store.savedRun("x/50")).isEmpty();
      assertThat(store.runs("x")).extracting(StoredRun::state)
          .containsExactly(RunState.RUN_STATE_CANCELLED);
    }
    assertThat(Files.readString(file(), StandardCharsets.ISO_8859_1))
        .contains("three_tier")
        .doesNotContain("s3cr3t-value");
  }

  @Test
  void runs_from_before_one_could_go_on_with_them_are_cancelled() throws SQLException {
    filled().close();
    sql("DROP TABLE unended");
    sql("PRAGMA user_version = 4");

    try (Store store = Store.open(file())) {
      store.cancelOrphans();
      assertThat(store.runs("x")).extracting(StoredRun::state)
          .containsExactly(RunState.RUN_STATE_CANCELLED);
    }
  }

  @Test
  void only_its_owner_can_read_it() throws IOException {
    try (Store _ = filled(); Stream<Path> files = Files.list(folder)) {
      assertThat(files).allSatisfy(
          each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
              .isEqualTo("rw-------"));
    }
  }

  @Test
  void it_keeps_its_id() {
    String id;
    try (Store store = filled()) {
      id = store.id();
    }
    try (Store store = Store.open(file())) {
      assertThat(store.id()).isEqualTo(id).isNotEmpty();
    }
  }

  /** As after a power cut, which may tear the last pages that were written. */
  @Test
  void a_torn_end_of_what_was_written_takes_along_nothing_that_was_there_before()
      throws IOException {
    Path wal = folder.resolve("muster.db-wal");
    Path torn = folder.resolve("torn");
    Files.createDirectory(torn);
    var first = new WorkerSnapshot("a", checked(answered("x/50", 0, 100)));
    var second = new WorkerSnapshot("a", checked(answered("x/50", 1, 100)));
    byte[] before;
    byte[] after;
    try (Store store = filled()) {
      store.add(List.of(first));
      before = Files.readAllBytes(wal);
      store.add(List.of(second));
      after = Files.readAllBytes(wal);
      Files.copy(file(), torn.resolve("muster.db"));
    }
    for (int end = before.length; end < after.length; end += 301) {
      byte[] cut = Arrays.copyOf(after, end);
      Files.write(torn.resolve("muster.db-wal"), cut);
      Path copy = Files.copy(
          torn.resolve("muster.db"), torn.resolve("copy.db"), StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          torn.resolve("muster.db-wal"), torn.resolve("copy.db-wal"),
          StandardCopyOption.REPLACE_EXISTING);
      try (Store store = Store.open(copy)) {
        assertThat(snapshots(store)).as("cut at %d", end).isEqualTo(List.of(first));
        store.add(List.of(second));
      }
    }
  }

  @Test
  void it_writes_ahead_so_that_others_can_read_meanwhile() throws SQLException {
    try (Store _ = filled();
        var other = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = other.createStatement();
        var mode = statement.executeQuery("PRAGMA journal_mode")) {
      assertThat(mode.getString(1)).isEqualTo("wal");
    }
  }

  @Test
  void who_opens_it_to_read_sees_what_was_written_and_changes_nothing() {
    var written = new WorkerSnapshot("a", checked(answered("x/50", 0, 100)));
    try (Store store = filled()) {
      store.add(List.of(written));
      try (Store reading = Store.openToRead(file())) {
        assertThat(snapshots(reading)).containsExactly(written);
        store.add(List.of(new WorkerSnapshot("a", checked(answered("x/50", 1, 100)))));
        // As it was when it began to read, so that all it reads belongs together.
        assertThat(snapshots(reading)).containsExactly(written);
        assertThatExceptionOfType(StoreException.class)
            .isThrownBy(() -> reading.save("x/50", 7, SAVED));
      }
      assertThat(snapshots(store)).hasSize(2);
      assertThat(store.runs("x")).containsExactly(RUN);
    }
  }

  @Test
  void a_store_of_a_newer_version_is_refused_and_left_alone() throws SQLException {
    sql("PRAGMA user_version = 99");

    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> Store.open(file()))
        .withMessage(
            "cannot open " + file() + ": it was written by a newer Muster (store version 99, this "
                + "one knows 6)");
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = other.createStatement();
        var tables = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
      assertThat(tables.getInt(1)).isZero();
    }
  }

  @Test
  void a_file_that_is_no_store_is_named() throws IOException {
    Files.writeString(file(), "this is no database, but a text that is long enough\n".repeat(99));

    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> Store.open(file()))
        .withMessageStartingWith("cannot open " + file() + ": ")
        .withMessageContaining("file is not a database");
  }

  @Test
  void a_write_that_fails_leaves_nothing_behind() throws SQLException {
    try (Store store = filled()) {
      sql("CREATE TRIGGER full BEFORE INSERT ON snapshots WHEN NEW.tick = 1 "
          + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
      var good = new WorkerSnapshot("a", checked(answered("x/50", 0)));
      var bad = new WorkerSnapshot("a", checked(answered("x/50", 1)));

      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> store.add(List.of(good, bad)))
          .withMessageStartingWith("cannot write snapshots to " + file());
      store.save("x/50", 1, SAVED);

      assertThat(snapshots(store)).isEmpty();
    }
  }

  @Test
  void what_is_written_together_is_there_whole_or_not_at_all() throws SQLException {
    try (Store store = filled()) {
      sql("CREATE TRIGGER full BEFORE INSERT ON absences WHEN NEW.first_tick = 1 "
          + "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
      var good = new StoredAbsence("a", 0, 0);

      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.together(() -> {
        store.put("x/50", good);
        store.put("x/50", new StoredAbsence("a", 1, 1));
      }));
      assertThat(store.absences("x/50")).isEmpty();

      store.together(() -> store.put("x/50", good));
      assertThat(store.absences("x/50")).containsExactly(good);
    }
  }

  @Test
  void a_snapshot_that_cannot_be_merged_is_named_when_it_is_read() throws SQLException {
    try (Store store = filled()) {
      store.add(List.of(new WorkerSnapshot("a", checked(answered("x/50", 0, 100)))));
      sql("UPDATE snapshots SET content = x'0800'");

      assertThatExceptionOfType(StoreException.class).isThrownBy(() -> snapshots(store))
          .withMessageStartingWith("a snapshot of run x/50 in " + file() + ": ");
    }
  }

  private void sql(String sql) throws SQLException {
    try (var other = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = other.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<WorkerSnapshot> snapshots(Store store) {
    var all = new ArrayList<WorkerSnapshot>();
    store.readSnapshots("x/50", all::add);
    return all;
  }
}
