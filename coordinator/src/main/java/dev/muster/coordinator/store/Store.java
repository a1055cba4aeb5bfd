package dev.muster.coordinator.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.coordinator.bill.Bill;
import dev.muster.coordinator.bill.Machine;
import dev.muster.coordinator.merge.CheckedSnapshot;
import dev.muster.coordinator.merge.SnapshotCheck;
import dev.muster.plan.load.LoadSize;
import dev.muster.v1.PlanDocument;
import dev.muster.v1.RunState;
import dev.muster.v1.SavedRun;
import dev.muster.v1.Snapshot;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Experiments, runs, every snapshot and what machines cost, in one SQLite file. When a method that writes returns, what it
 * wrote survives a power cut. For one thread. Every method throws {@link StoreException} when the
 * file cannot be read or written.
 */
public final class Store implements AutoCloseable {

  /**
   * Raised with each change of the tables below, and of what snapshots in them mean. Version 3 has service
   * times that begin with the write, and fewer of them than requests; who knows no more than version 2
   * would take that for damage. Version 4 has absences, and snapshots of workers that joined later, whose
   * first is not of tick 0. Version 5 has what a coordinator needs to go on where another was killed, and
   * events: who does not know of them would miss requests in a pause. Version 6 has what machines cost, and
   * events in words of their own.
   */
  private static final int SCHEMA_VERSION = 6;

  private static final List<String> SCHEMA = List.of(
      """
          CREATE TABLE IF NOT EXISTS experiments (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, file_name TEXT NOT NULL,
            plan_text TEXT NOT NULL, csv_format TEXT NOT NULL,
            submitted_unix_nanos INTEGER NOT NULL)""",
      """
          CREATE TABLE IF NOT EXISTS overrides (
            experiment TEXT NOT NULL REFERENCES experiments(id), position INTEGER NOT NULL,
            text TEXT NOT NULL, PRIMARY KEY (experiment, position))""",
      """
          CREATE TABLE IF NOT EXISTS runs (
            id TEXT PRIMARY KEY, experiment TEXT NOT NULL REFERENCES experiments(id),
            run_index INTEGER NOT NULL, name TEXT NOT NULL, users INTEGER NOT NULL,
            state INTEGER NOT NULL, start_unix_nanos INTEGER NOT NULL,
            stopped_unix_nanos INTEGER NOT NULL, rate TEXT NOT NULL DEFAULT '')""",
      """
          CREATE TABLE IF NOT EXISTS workers (
            run TEXT NOT NULL REFERENCES runs(id), id TEXT NOT NULL, name TEXT NOT NULL,
            users INTEGER NOT NULL, lost INTEGER NOT NULL, unknown_sent INTEGER NOT NULL,
            PRIMARY KEY (run, id))""",
      """
          CREATE TABLE IF NOT EXISTS absences (
            run TEXT NOT NULL REFERENCES runs(id), worker TEXT NOT NULL,
            first_tick INTEGER NOT NULL, last_tick INTEGER NOT NULL,
            PRIMARY KEY (run, worker, first_tick))""",
      "CREATE TABLE IF NOT EXISTS identity (id TEXT PRIMARY KEY)",
      """
          CREATE TABLE IF NOT EXISTS unended (
            experiment TEXT PRIMARY KEY REFERENCES experiments(id), document BLOB NOT NULL,
            workers INTEGER NOT NULL, wait_nanos INTEGER NOT NULL, stopped INTEGER NOT NULL)""",
      """
          CREATE TABLE IF NOT EXISTS saved_runs (
            run TEXT PRIMARY KEY REFERENCES runs(id), content BLOB NOT NULL)""",
      """
          CREATE TABLE IF NOT EXISTS events (
            run TEXT NOT NULL REFERENCES runs(id), position INTEGER NOT NULL, kind TEXT NOT NULL,
            at_nanos INTEGER NOT NULL, users INTEGER NOT NULL, said TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (run, position))""",
      """
          CREATE TABLE IF NOT EXISTS machines (
            worker TEXT PRIMARY KEY, fleet TEXT NOT NULL, type TEXT NOT NULL,
            usd_per_hour TEXT NOT NULL, since_unix_nanos INTEGER NOT NULL,
            ended_unix_nanos INTEGER NOT NULL, until_unix_nanos INTEGER NOT NULL)""",
      """
          CREATE TABLE IF NOT EXISTS ceilings (fleet TEXT PRIMARY KEY, usd TEXT NOT NULL)""",
      """
          CREATE TABLE IF NOT EXISTS snapshots (
            run TEXT NOT NULL REFERENCES runs(id), worker TEXT NOT NULL,
            sequence INTEGER NOT NULL, tick INTEGER NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (run, tick, worker, sequence), UNIQUE (run, worker, sequence)) WITHOUT ROWID""");

  /**
   * A snapshot and who sent it.
   *
   * @param worker the worker's id
   */
  public record WorkerSnapshot(String worker, CheckedSnapshot snapshot) {}

  private final Path file;
  private final Connection connection;
  private boolean together;

  private Store(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /** Opens the store in {@code file}, which is made if it does not exist. */
  public static Store open(Path file) {
    try {
      keepToOwner(file);
    } catch (IOException e) {
      throw new StoreException("cannot open " + file, e);
    }
    return open(file, Store::prepare);
  }

  /** What a plan was read with is in it for a while. The files that SQLite makes beside it are as it is. */
  private static void keepToOwner(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rw-------");
    if (Files.exists(file)) {
      Files.setPosixFilePermissions(file, owners);
    } else {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(owners));
    }
  }

  /**
   * Opens the store in {@code file}, which another thread has open and may write to meanwhile: to read
   * what was written so far.
   */
  public static Store openToRead(Path file) {
    return open(file, Store::prepareToRead);
  }

  private static Store open(Path file, Preparing preparing) {
    try {
      Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
      try {
        var store = new Store(file, connection);
        preparing.prepare(store);
        return store;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreException("cannot open " + file, e);
    }
  }

  private void prepare() throws SQLException {
    try (var statement = connection.createStatement()) {
      int version;
      try (var rows = statement.executeQuery("PRAGMA user_version")) {
        version = rows.getInt(1);
      }
      if (version > SCHEMA_VERSION) {
        throw new SQLException(
            "it was written by a newer Muster (store version " + version + ", this one knows "
                + SCHEMA_VERSION + ")");
      }
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute("PRAGMA synchronous = FULL");
      // What a plan was read with may be secret, and is not to be found when it is gone.
      statement.execute("PRAGMA secure_delete = ON");
      if (version == 1) {
        // Until then there were no runs but those of the closed model.
        statement.execute("ALTER TABLE runs ADD COLUMN rate TEXT NOT NULL DEFAULT ''");
      }
      if (version == 5) {
        // Until then all of them were of a kind that says what was done.
        statement.execute("ALTER TABLE events ADD COLUMN said TEXT NOT NULL DEFAULT ''");
      }
      for (String table : SCHEMA) {
        statement.execute(table);
      }
      statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
    }
    connection.setAutoCommit(false);
    if (read("SELECT id FROM identity", row -> row.getString(1)).isEmpty()) {
      update("INSERT INTO identity VALUES (?)", UUID.randomUUID().toString());
    }
  }

  private void prepareToRead() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = ON");
    }
    connection.setAutoCommit(false);
  }

  /** What this store goes by, chosen when it was made. */
  public String id() {
    return read("SELECT id FROM identity", row -> row.getString(1)).getFirst();
  }

  /** Adds an experiment, which has not ended, and its runs. */
  public void add(
      StoredExperiment experiment, UnendedExperiment unended, List<StoredRun> runs) {
    write("an experiment", () -> {
      try (var insert = prepared("INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?)",
          experiment.id(), experiment.name(), experiment.fileName(), experiment.planText(),
          experiment.csvFormat(), experiment.submittedUnixNanos())) {
        insert.executeUpdate();
      }
      for (int i = 0; i < experiment.overrides().size(); i++) {
        try (var insert = prepared("INSERT INTO overrides VALUES (?, ?, ?)",
            experiment.id(), i, experiment.overrides().get(i))) {
          insert.executeUpdate();
        }
      }
      for (StoredRun run : runs) {
        try (var insert = prepared("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            run.id(), run.experiment(), run.index(), run.name(), run.size().users(),
            run.state().getNumber(), run.startUnixNanos(), run.stoppedUnixNanos(),
            run.size().rate())) {
          insert.executeUpdate();
        }
      }
      try (var insert = prepared("INSERT INTO unended VALUES (?, ?, ?, ?, ?)",
          experiment.id(), unended.document().toByteArray(), unended.workers(),
          unended.waitNanos(), unended.stopped() ? 1 : 0)) {
        insert.executeUpdate();
      }
    });
  }

  /** The experiments that have not ended, in the order of their submission. */
  public List<UnendedExperiment> unended() {
    return read(
        """
            SELECT unended.* FROM unended JOIN experiments ON experiments.id = unended.experiment
            ORDER BY submitted_unix_nanos, experiments.id""",
        row -> new UnendedExperiment(
            row.getString("experiment"), document(row.getBytes("document")),
            row.getInt("workers"), row.getLong("wait_nanos"), row.getInt("stopped") != 0));
  }

  private PlanDocument document(byte[] content) {
    try {
      return PlanDocument.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("a plan in " + file, e);
    }
  }

  /** Notes that somebody has stopped an experiment. */
  public void setExperimentStopped(String experiment) {
    update("UPDATE unended SET stopped = 1 WHERE experiment = ?", experiment);
  }

  /**
   * An experiment has ended: those of its runs that wait, or are going on, never will. What only who goes on
   * with it needs is gone from the file.
   */
  public void setEnded(String experiment) {
    write("an experiment's end", () -> {
      try (var runs = prepared(
          "UPDATE runs SET state = ? WHERE experiment = ? AND state IN (?, ?)",
          RunState.RUN_STATE_CANCELLED_VALUE, experiment, RunState.RUN_STATE_WAITING_VALUE,
          RunState.RUN_STATE_RUNNING_VALUE);
          var saved = prepared(
              "DELETE FROM saved_runs WHERE run IN (SELECT id FROM runs WHERE experiment = ?)",
              experiment);
          var unended = prepared("DELETE FROM unended WHERE experiment = ?", experiment)) {
        runs.executeUpdate();
        saved.executeUpdate();
        unended.executeUpdate();
      }
    });
  }

  /**
   * Ends every experiment that nobody can go on with, as it was submitted to a version that did not keep
   * what is needed for that.
   */
  public void cancelOrphans() {
    update(
        """
            UPDATE runs SET state = ?
            WHERE state IN (?, ?) AND experiment NOT IN (SELECT experiment FROM unended)""",
        RunState.RUN_STATE_CANCELLED_VALUE, RunState.RUN_STATE_WAITING_VALUE,
        RunState.RUN_STATE_RUNNING_VALUE);
  }

  /**
   * Keeps what another process needs to go on with a run, in place of what was kept before.
   *
   * @param startUnixNanos the run's start instant
   */
  public void save(String run, long startUnixNanos, SavedRun content) {
    write("a run", () -> {
      try (var save = prepared("INSERT OR REPLACE INTO saved_runs VALUES (?, ?)",
          run, content.toByteArray());
          var start = prepared("UPDATE runs SET start_unix_nanos = ? WHERE id = ?",
              startUnixNanos, run)) {
        save.executeUpdate();
        start.executeUpdate();
      }
    });
  }

  /** What is needed to go on with a run; empty when it has not begun. */
  public Optional<SavedRun> savedRun(String run) {
    return read("SELECT content FROM saved_runs WHERE run = ?", row -> {
      try {
        return SavedRun.parseFrom(row.getBytes(1));
      } catch (InvalidProtocolBufferException e) {
        throw new StoreException("what is kept of run " + run + " in " + file, e);
      }
    }, run).stream().findFirst();
  }

  /** Changes where a run is. */
  public void setState(String run, RunState state) {
    update("UPDATE runs SET state = ? WHERE id = ?", state.getNumber(), run);
  }

  /** Notes when somebody first stopped a run, in nanoseconds since 1970-01-01T00:00Z. */
  public void setStopped(String run, long stoppedUnixNanos) {
    update("UPDATE runs SET stopped_unix_nanos = ? WHERE id = ? AND stopped_unix_nanos = 0",
        stoppedUnixNanos, run);
  }

  /** Notes a worker's part in a run, in place of what was noted of it before. */
  public void put(String run, StoredWorker worker) {
    update(
        "INSERT OR REPLACE INTO workers VALUES (?, ?, ?, ?, ?, ?)",
        run, worker.id(), worker.name(), worker.users(), worker.lost() ? 1 : 0,
        worker.unknownSent());
  }

  /** Notes that a worker was out of touch, in place of what was noted of the same begin. */
  public void put(String run, StoredAbsence absence) {
    update(
        "INSERT OR REPLACE INTO absences VALUES (?, ?, ?, ?)",
        run, absence.worker(), absence.firstTick(), absence.lastTick());
  }

  /** When workers were out of touch in a run, by begin. */
  public List<StoredAbsence> absences(String run) {
    return read(
        "SELECT * FROM absences WHERE run = ? ORDER BY first_tick, worker",
        row -> new StoredAbsence(
            row.getString("worker"), row.getLong("first_tick"), row.getLong("last_tick")),
        run);
  }

  /** Notes what was done to a run, in place of what was noted at the same position, counted from 0. */
  public void put(String run, int position, StoredEvent event) {
    update(
        "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?, ?)",
        run, position, event.kind().name(), event.atNanos(), event.users(), event.said());
  }

  /** What was done to a run while it was on, in order. */
  public List<StoredEvent> events(String run) {
    return read(
        "SELECT * FROM events WHERE run = ? ORDER BY position",
        row -> new StoredEvent(
            StoredEvent.Kind.valueOf(row.getString("kind")), row.getLong("at_nanos"),
            row.getInt("users"), row.getString("said")),
        run);
  }

  /** Keeps what a machine costs, in place of what was kept of the same worker's. */
  public void put(Machine machine) {
    update(
        "INSERT OR REPLACE INTO machines VALUES (?, ?, ?, ?, ?, ?, ?)",
        machine.worker(), machine.fleet(), machine.type(),
        machine.usdPerHour().map(BigDecimal::toPlainString).orElse(""),
        machine.sinceUnixNanos(), machine.endedUnixNanos(), machine.untilUnixNanos());
  }

  /** Keeps what a fleet may cost in all, in place of what was kept of it. */
  public void putCeiling(String fleet, BigDecimal usd) {
    update("INSERT OR REPLACE INTO ceilings VALUES (?, ?)", fleet, usd.toPlainString());
  }

  /** All that is kept of what machines cost, and may cost. */
  public Bill bill() {
    Bill bill = Bill.EMPTY.with(
        read(
            "SELECT * FROM machines",
            row -> new Machine(
                row.getString("worker"), row.getString("fleet"), row.getString("type"),
                Optional.of(row.getString("usd_per_hour"))
                    .filter(usd -> !usd.isEmpty())
                    .map(BigDecimal::new),
                row.getLong("since_unix_nanos"), row.getLong("ended_unix_nanos"),
                row.getLong("until_unix_nanos"))));
    for (var ceiling : read(
        "SELECT * FROM ceilings", row -> Map.entry(row.getString("fleet"), row.getString("usd")))) {
      bill = bill.withCeiling(ceiling.getKey(), new BigDecimal(ceiling.getValue()));
    }
    return bill;
  }

  /**
   * Adds snapshots, all or none.
   *
   * @return those that were not there before, in the same order
   */
  public List<WorkerSnapshot> add(List<WorkerSnapshot> snapshots) {
    var added = new ArrayList<WorkerSnapshot>();
    write("snapshots", () -> {
      try (var insert = connection.prepareStatement(
          "INSERT OR IGNORE INTO snapshots VALUES (?, ?, ?, ?, ?)")) {
        for (WorkerSnapshot snapshot : snapshots) {
          Snapshot message = snapshot.snapshot().message();
          bind(insert, message.getRunId(), snapshot.worker(), message.getSequence(),
              message.getTick(), message.toByteArray());
          if (insert.executeUpdate() > 0) {
            added.add(snapshot);
          }
        }
      }
    });
    return added;
  }

  /** Reads the snapshots of a run, by tick, one after the other. */
  public void readSnapshots(String run, Consumer<WorkerSnapshot> reader) {
    forEach("SELECT worker, content FROM snapshots WHERE run = ? ORDER BY tick, worker, sequence",
        row -> reader.accept(new WorkerSnapshot(row.getString(1), snapshot(run, row.getBytes(2)))),
        run);
  }

  private CheckedSnapshot snapshot(String run, byte[] content) {
    try {
      return SnapshotCheck.checked(Snapshot.parseFrom(content));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new StoreException("a snapshot of run " + run + " in " + file, e);
    }
  }

  /** The experiment with this id. */
  public Optional<StoredExperiment> experiment(String id) {
    return read("SELECT * FROM experiments WHERE id = ?", this::experiment, id)
        .stream()
        .findFirst();
  }

  /** All experiments, newest first. */
  public List<StoredExperiment> experiments() {
    return read(
        "SELECT * FROM experiments ORDER BY submitted_unix_nanos DESC, id DESC", this::experiment);
  }

  private StoredExperiment experiment(ResultSet row) throws SQLException {
    List<String> overrides = read(
        "SELECT text FROM overrides WHERE experiment = ? ORDER BY position",
        override -> override.getString("text"), row.getString("id"));
    return new StoredExperiment(
        row.getString("id"), row.getString("name"), row.getString("file_name"),
        row.getString("plan_text"), overrides,
        row.getString("csv_format"), row.getLong("submitted_unix_nanos"));
  }

  /** The runs of an experiment, in the plan's order. */
  public List<StoredRun> runs(String experiment) {
    return read(
        """
            SELECT runs.*, submitted_unix_nanos FROM runs
            JOIN experiments ON experiments.id = runs.experiment
            WHERE experiment = ? ORDER BY run_index""",
        row -> new StoredRun(
            row.getString("id"), row.getString("experiment"), row.getInt("run_index"),
            row.getString("name"), LoadSize.of(row.getInt("users"), row.getString("rate")),
            RunState.forNumber(row.getInt("state")), row.getLong("submitted_unix_nanos"),
            row.getLong("start_unix_nanos"), row.getLong("stopped_unix_nanos")),
        experiment);
  }

  /** Who had a part in a run. */
  public List<StoredWorker> workers(String run) {
    return read(
        "SELECT * FROM workers WHERE run = ? ORDER BY name, id",
        row -> new StoredWorker(
            row.getString("id"), row.getString("name"), row.getInt("users"),
            row.getInt("lost") != 0, row.getLong("unknown_sent")),
        run);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new StoreException("cannot close " + file, e);
    }
  }

  private interface Preparing {

    void prepare(Store store) throws SQLException;
  }

  private interface Writing {

    void run() throws SQLException;
  }

  private interface RowReader<T> {

    T read(ResultSet row) throws SQLException;
  }

  private interface RowConsumer {

    void accept(ResultSet row) throws SQLException;
  }

  private void update(String sql, Object... values) {
    write("a change", () -> {
      try (var statement = prepared(sql, values)) {
        statement.executeUpdate();
      }
    });
  }

  /**
   * Makes all that is written within one change: afterwards all of it is stored, or none.
   *
   * @throws StoreException if it cannot be written
   */
  public void together(Runnable writes) {
    write("changes", () -> {
      together = true;
      try {
        writes.run();
      } finally {
        together = false;
      }
    });
  }

  private void write(String what, Writing writing) {
    try {
      if (together) {
        writing.run();
        return;
      }
      try {
        writing.run();
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        rollBack(e);
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreException("cannot write " + what + " to " + file, e);
    }
  }

  private void rollBack(Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // SQLite has done so by itself when the disk is full, and the driver does not know: without another
      // transaction nothing could be committed any more.
      try (var statement = connection.createStatement()) {
        statement.execute("BEGIN");
      } catch (SQLException again) {
        cause.addSuppressed(e);
        cause.addSuppressed(again);
      }
    }
  }

  private <T> List<T> read(String sql, RowReader<T> reader, Object... values) {
    var read = new ArrayList<T>();
    forEach(sql, row -> read.add(reader.read(row)), values);
    return read;
  }

  private void forEach(String sql, RowConsumer consumer, Object... values) {
    try (var statement = prepared(sql, values); var rows = statement.executeQuery()) {
      while (rows.next()) {
        consumer.accept(rows);
      }
    } catch (SQLException e) {
      throw new StoreException("cannot read " + file, e);
    }
  }

  private PreparedStatement prepared(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    bind(statement, values);
    return statement;
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
