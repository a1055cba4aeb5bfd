package dev.muster.target.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalServicesTest {
  @TempDir
  private Path folder = Path.of("");

  @Test
  @NeedsPrograms({"mariadbd", "mariadb-install-db", "mariadb"})
  void a_database_of_our_own_takes_its_user_and_nobody_else_and_leaves_nothing() throws Exception {
    int port;
    Path own;
    try (var database = LocalMariaDb.start()) {
      var options = database.options();
      port = Integer.parseInt(options.url().replaceAll("jdbc:mariadb://127.0.0.1:|/customers", ""));
      assertThat(query(port, options.user(), options.password(),
          "CREATE TABLE t (i INT); INSERT INTO t VALUES (42); SELECT i FROM t;"))
          .isEqualTo("42");
      assertThat(query(port, options.user(), options.password(), "SHOW DATABASES"))
          .isEqualTo("customers\ninformation_schema");
      assertThat(query(port, options.user(), "wrong", "SELECT 1")).contains("Access denied");
      assertThat(query(port, "root", "", "SELECT 1")).contains("Access denied");
      assertThat(query(port, "", "", "SELECT 1")).contains("Access denied");
      assertThat(commandLines()).doesNotContain(options.password());
      assertThat(options.toString()).doesNotContain(options.password());
      // Others may run on this machine.
      own = folders("muster-mariadb-").stream()
          .filter(LocalServicesTest::isOurs)
          .findFirst()
          .orElseThrow();
      assertThat(own.resolve("first-start.sql")).doesNotExist();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
          .isEqualTo("rwx------");
    }
    assertThat(own).doesNotExist();
    assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
  }

  @Test
  @NeedsPrograms({"mariadbd", "mariadb-install-db", "mariadb"})
  void a_database_that_is_killed_is_started_again_with_its_data() throws Exception {
    try (var database = LocalMariaDb.start()) {
      var options = database.options();
      int port = Integer.parseInt(
          options.url().replaceAll("jdbc:mariadb://127.0.0.1:|/customers", ""));
      assertThat(query(port, options.user(), options.password(),
          "CREATE TABLE t (i INT) ENGINE=InnoDB; INSERT INTO t VALUES (42);")).isEmpty();
      kill(database.pid());
      String answer;
      do {
        answer = query(port, options.user(), options.password(), "SELECT i FROM t");
      } while (answer.contains("ERROR"));
      assertThat(answer).isEqualTo("42");
    }
  }

  @Test
  @NeedsPrograms("memcached")
  void a_cache_that_is_killed_is_started_again() throws Exception {
    try (var cache = LocalMemcached.start()) {
      long killed = cache.pid();
      kill(killed);
      while (cache.pid() == killed || !accepts(cache.port())) {
        Thread.onSpinWait();
      }
      assertThat(ProcessHandle.of(cache.pid()).orElseThrow().isAlive()).isTrue();
    }
  }

  private static void kill(long pid) throws Exception {
    var process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);
  }

  private static boolean accepts(int port) {
    try (var _ = connect(port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @NeedsPrograms("memcached")
  void a_cache_of_our_own_answers_and_leaves_nothing() throws Exception {
    int port;
    try (var cache = LocalMemcached.start(); var socket = connect(cache.port())) {
      port = cache.port();
      socket.getOutputStream()
          .write(
              "set a 0 0 2\r\n42\r\nget a\r\nquit\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("STORED\r\nVALUE a 0 2\r\n42\r\nEND\r\n");
    }
    assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
  }

  @Test
  void a_folder_whose_process_is_gone_is_removed_by_the_next_and_one_in_use_is_not()
      throws Exception {
    String name = "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    var gone = ServiceFolder.create(name);
    Files.writeString(gone.file("owner"), Long.toString(numberOfAProcessThatEnded()));
    try (var used = ServiceFolder.create(name); var _ = ServiceFolder.create(name)) {
      assertThat(gone.path()).doesNotExist();
      assertThat(used.path()).exists();
      assertThat(PosixFilePermissions
          .toString(Files.getPosixFilePermissions(used.write("secret", "xyzzy"))))
          .isEqualTo("rw-------");
    }
    assertThat(folders("muster-" + name)).isEmpty();
  }

  private String query(int port, String user, String password, String sql) throws IOException {
    Path output = folder.resolve("out");
    Files.deleteIfExists(output);
    // An option for no user at all would be taken for ourselves.
    var launch = new ServiceProcess.Launch("mariadb",
        List.of(Programs.require("mariadb", "this test").toString(), "--no-defaults", "-N",
            "-h127.0.0.1", "-P" + port, "--user=" + user, "-e", sql, user.equals("muster")
                ? "customers"
                : ""),
        Map.of("MYSQL_PWD", password), output);
    try (var client = ServiceProcess.start(launch)) {
      var _ = client.ended().join();
    }
    return Files.readString(output).strip();
  }

  private static long numberOfAProcessThatEnded() throws Exception {
    var process = new ProcessBuilder("true").start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.pid();
  }

  private static String commandLines() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .toList()
        .toString();
  }

  private static boolean isOurs(Path folder) {
    try {
      return Files.readString(folder.resolve("owner"))
          .equals(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> folders(String prefix) throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(one -> one.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }
}
