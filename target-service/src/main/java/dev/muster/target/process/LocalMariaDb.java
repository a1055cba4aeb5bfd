package dev.muster.target.process;

import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
 * password known to this process only. Of a parent that is killed only that folder stays, until the
 * next start. Safe for use by many threads.
 */
public final class LocalMariaDb implements AutoCloseable {
  private static final String NAME = "MariaDB";
  private static final String PURPOSE = "a database of Muster's own";
  private static final String USER = "muster";
  private static final String HOST = "127.0.0.1";
  private static final String DATABASE = "customers";
  private static final int PASSWORD_BYTES = 24;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ServiceFolder folder;
  private final ServiceProcess process;
  private final DatabaseOptions options;

  private LocalMariaDb(ServiceFolder folder, ServiceProcess process, DatabaseOptions options) {
    this.folder = folder;
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
    try {
      install(installer, folder);
      int port = Ports.free();
      String password = password();
      var process = serve(server, folder, port, password);
      return new LocalMariaDb(folder, process,
          new DatabaseOptions("jdbc:mariadb://" + HOST + ":" + port + "/" + DATABASE, USER,
              password, DatabaseOptions.POOL_SIZE, DatabaseOptions.TIMEOUT));
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /** How to reach the database, as a user who may do everything there and nothing elsewhere. */
  public DatabaseOptions options() {
    return options;
  }

  /** Ends the server and removes its files with all data. */
  @Override
  public void close() {
    process.close();
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

  private static ServiceProcess serve(
      Path server, ServiceFolder folder, int port, String password) {
    Path secret = folder.write("first-start.sql", firstStatements(password));
    var command = command(server, folder);
    command.addAll(List.of(
        "--bind-address=" + HOST,
        "--port=" + port,
        "--socket=" + folder.file("socket"),
        "--pid-file=" + folder.file("pid"),
        "--init-file=" + secret,
        // Without it each connection waits for the name of its client.
        "--skip-name-resolve",
        "--skip-log-bin",
        "--performance-schema=OFF",
        "--max-connections=500",
        "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=32M",
        // The data is made again with each start, so nothing is lost with a crash.
        "--innodb-flush-log-at-trx-commit=2"));
    var process = ServiceProcess.start(
        new ServiceProcess.Launch(NAME, command, Map.of(), folder.file("server.log")));
    try {
      process.awaitPort(port, PATIENCE);
      awaitGreeting(process, port);
      folder.delete("first-start.sql");
      return process;
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  // It listens before it has executed its first statements, and greets after.
  private static void awaitGreeting(ServiceProcess process, int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      if (socket.getInputStream().read() < 0) {
        throw new IOException("it closes connections");
      }
    } catch (IOException e) {
      throw new ProcessException(NAME + " does not answer on port " + port + " (" + e.getMessage()
          + "); it said:\n" + process.lastWords(), e);
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
    return "CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4;\n"
        + "CREATE USER " + account + " IDENTIFIED BY '" + password + "';\n"
        + "GRANT ALL ON " + DATABASE + ".* TO " + account + ";\n";
  }

  private static String password() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
