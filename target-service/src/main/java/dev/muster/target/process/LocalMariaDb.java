package dev.muster.target.process;

import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The installed MariaDB, running with an empty database {@code customers} for a user who has none:
 * on a free port of the loopback address, its files in a {@link ServiceFolder}, its one user's
 * password known to this process only. One that ends is started again, with its data. Of a parent
 * that is killed only that folder stays, until the next start. Safe for use by many threads.
 */
public final class LocalMariaDb implements AutoCloseable {
  private static final String NAME = "MariaDB";
  private static final String PURPOSE = "a database of Muster's own";
  private static final String FIRST_START = "first-start.sql";
  private static final String USER = "muster";
  private static final String HOST = "127.0.0.1";
  private static final String DATABASE = "customers";
  private static final int PASSWORD_BYTES = 24;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(20);

  private final ServiceFolder folder;
  private final ReservedPorts ports;
  private final Supervised process;
  private final DatabaseOptions options;

  private LocalMariaDb(
      ServiceFolder folder, ReservedPorts ports, Supervised process, DatabaseOptions options) {
    this.folder = folder;
    this.ports = ports;
    this.process = process;
    this.options = options;
  }

  /**
   * Starts it, which takes some seconds; on return it takes connections.
   *
   * @throws ProcessException if it is not installed, or does not start
   */
  public static LocalMariaDb start() {
    Path installer = Programs.require("mariadb-install-db", PURPOSE);
    Path server = Programs.require("mariadbd", PURPOSE);
    var folder = ServiceFolder.create("mariadb");
    var ports = new ReservedPorts();
    try {
      install(installer, folder);
      int port = ports.any();
      String password = password();
      var process = serve(server, folder, port, password);
      return new LocalMariaDb(folder, ports, process,
          new DatabaseOptions("jdbc:mariadb://" + HOST + ":" + port + "/" + DATABASE, USER,
              password, DatabaseOptions.POOL_SIZE, DatabaseOptions.TIMEOUT));
    } catch (RuntimeException e) {
      ports.close();
      folder.close();
      throw e;
    }
  }

  /** How to reach the database, as a user who may do everything there and nothing elsewhere. */
  public DatabaseOptions options() {
    return options;
  }

  /** The number of the process that runs now, or ran last. */
  public long pid() {
    return process.pid();
  }

  /** Ends the server and removes its files with all data. */
  @Override
  public void close() {
    process.close();
    ports.close();
    folder.close();
  }

  private static void install(Path installer, ServiceFolder folder) {
    var command = command(installer, folder);
    command.addAll(List.of("--skip-test-db", "--skip-name-resolve"));
    try (var process = ServiceProcess.start(
        new ServiceProcess.Launch(NAME, command, Map.of(), folder.file("install.log")))) {
      if (!process.endsWithin(PATIENCE) || process.ended().join() != 0) {
        throw new ProcessException(
            NAME + " cannot lay out its files; it said:\n" + process.lastWords(), null);
      }
    }
  }

  private static Supervised serve(
      Path server, ServiceFolder folder, int port, String password) {
    folder.write(FIRST_START, firstStatements(password));
    var process = Supervised.start(() -> launch(server, folder, port), started -> {
      started.awaitPort(port, PATIENCE);
      awaitGreeting(started, port);
      folder.delete(FIRST_START);
    });
    process.await();
    return process;
  }

  private static ServiceProcess.Launch launch(Path server, ServiceFolder folder, int port) {
    var command = command(server, folder);
    command.addAll(List.of(
        "--bind-address=" + HOST,
        "--port=" + port,
        "--socket=" + folder.file("socket"),
        "--pid-file=" + folder.file("pid"),
        // Without it each connection waits for the name of its client.
        "--skip-name-resolve",
        "--skip-log-bin",
        "--performance-schema=OFF",
        "--max-connections=500",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=32M",
        // A crash of the machine ends us as well, and the data with us.
        "--innodb-flush-log-at-trx-commit=2"));
    if (Files.exists(folder.file(FIRST_START))) {
      command.add("--init-file=" + folder.file(FIRST_START));
    }
    return new ServiceProcess.Launch(NAME, command, Map.of(), folder.file("server.log"));
  }

  // It listens before it is done with its start, and greets, or closes, after.
  private static void awaitGreeting(ServiceProcess process, int port) {
    while (!greets(port)) {
      if (process.endsWithin(POLL)) {
        throw new ProcessException(NAME + " ended as soon as it was started; it said:\n"
            + process.lastWords(), null);
      }
    }
  }

  private static boolean greets(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> command(Path program, ServiceFolder folder) {
    var command = new ArrayList<>(
        List.of(program.toString(), "--no-defaults", "--datadir=" + folder.file("data")));
    if (folder.isOfRoot()) {
      command.add("--user=root");
    }
    return command;
  }

  // The server reads them line by line: one a line.
  private static String firstStatements(String password) {
    String account = "'" + USER + "'@'" + HOST + "'";
    return "CREATE DATABASE IF NOT EXISTS " + DATABASE + " CHARACTER SET utf8mb4;\n"
        + "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + password + "';\n"
        + "GRANT ALL ON " + DATABASE + ".* TO " + account + ";\n";
  }

  private static String password() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
