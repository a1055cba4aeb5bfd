package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.process.LocalMariaDb;
import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code muster target} and its subcommands, as a user meets them when something is wrong or changes. */
class TargetCommandIT {

  @TempDir
  private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--architecture cloud | Invalid value for option '--architecture': expected embedded, three_tier, memcached, load_balanced or lambda but was 'cloud'",
      "--architecture lambda --data paper | Invalid value for option '--data': expected memory, mariadb or memcached but was 'paper'",
      "--data memory --architecture three_tier | --data: the architecture three_tier has its data in mariadb.",
      "--delay quick | --delay must be a time such as 27ms, 27ms±5ms or 22ms..32ms (was \"quick\").",
      "--fail 200% | --fail must be a share of 0% … 100%, such as 1% or 0.5% (was \"200%\").",
      "--architecture three_tier --db jdbc:mariadb://127.0.0.1:1/c --db-timeout 5 | --db-timeout: 5 has no unit; write 5s",
      "--architecture three_tier --db jdbc:mariadb://127.0.0.1:1/c --db-pool 0 | --db-pool, --db-timeout: poolSize must be positive (was 0).",
      "--architecture memcached --db jdbc:mariadb://127.0.0.1:1/c --cache nowhere:x | --cache: 'nowhere:x' is no address.",
      "--architecture load_balanced --data memory --processes 0 | --processes: must be 1 or more (was 0).",
      "--architecture lambda --data memory --concurrency 0 | --concurrency: must be 1 or more (was 0).",
      "init-db | --db: which database is to be filled?"})
  void wrong_usage_is_told_in_a_sentence(String arguments, String sentence) {
    Muster.Ended ended = target(arguments);
    assertThat(ended.err()).startsWith(sentence);
    assertThat(ended.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "--architecture three_tier --db jdbc:mariadb://127.0.0.1:1/c | The customer API cannot start: no database answers at 127.0.0.1:1; start one there, or name another",
      "--architecture three_tier --db paper | The customer API cannot start: the database URL must be like jdbc:mariadb://host:port/database (was paper)",
      "init-db --db jdbc:mariadb://127.0.0.1:1/c | The database cannot be filled: no database answers at 127.0.0.1:1; start one there, or name another.",
      "faults --admin 127.0.0.1:1 | Nobody answers at 127.0.0.1:1, where the service's counts should be."})
  void what_is_not_there_is_told_in_a_sentence(String arguments, String sentence) {
    Muster.Ended ended = target(arguments);
    assertThat(ended.err()).startsWith(sentence);
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Test
  void a_port_in_use_is_told_in_a_sentence() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Muster.Ended ended = target("--admin-port 0 --port " + taken.getLocalPort());
      assertThat(ended.err().strip()).isEqualTo(
          "The customer API cannot start: port " + taken.getLocalPort()
              + " on 127.0.0.1 is in use; choose another with --port");
      assertThat(ended.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void a_database_is_filled_once_and_served_to_those_who_know_its_password() throws IOException {
    Installed.assume("mariadbd", "this test");
    try (LocalMariaDb server = LocalMariaDb.start()) {
      DatabaseOptions database = server.options();
      String right = given(database, "right", database.password());
      assertThat(target("--architecture three_tier " + right).err()).contains(
          "holds no customers; create and fill its tables with: muster target init-db");
      assertThat(target("init-db " + right).out()).contains("55,000 rows inserted");
      assertThat(target("init-db " + right).out()).contains("nothing was changed");

      Muster.Ended wrong = target(
          "--architecture three_tier " + given(database, "wrong", "guessed"));
      assertThat(wrong.err()).contains("does not let the user muster in with the password given")
          .doesNotContain("guessed");
      assertThat(wrong.exitCode()).isEqualTo(1);

      try (Target target = Target.start(folder,
          ("--architecture three_tier " + right).split(" ", -1))) {
        assertThat(target.get("/customerdata/17")).startsWith("{\"Measures\":[");
        assertThat(target.answered()).isEqualTo(1);
      }
    }
  }

  private String given(DatabaseOptions database, String name, String password)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name), password + "\n");
    return "--db " + database.url() + " --db-user " + database.user() + " --db-password-file "
        + file;
  }

  @Test
  void a_running_service_misbehaves_and_behaves_again_on_request() {
    try (Target target = Target.start(folder)) {
      String admin = " --admin " + target.adminAddress().substring("http://".length());
      assertThat(target("faults --fail 100% --delay 1ms" + admin).out()).contains("delay=1ms")
          .contains("fail=100%");
      assertThat(target.get("/customerdata/17")).startsWith("{\"error\":");
      assertThat(target("faults" + admin).out()).contains("The service behaves.");
      assertThat(target.get("/customerdata/17")).startsWith("{\"Measures\":[");
    }
  }

  private Muster.Ended target(String arguments) {
    return Muster.run(folder, ("target " + arguments).split(" ", -1));
  }
}
