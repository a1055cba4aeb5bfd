package dev.muster.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.target.process.ReservedPorts;
import dev.muster.target.services.DatabaseContainer;
import dev.muster.target.services.NeedsDocker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What a person is told whose database is not the right one. */
@NeedsDocker
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpeningIT {
  @AutoClose
  private final ReservedPorts ports = new ReservedPorts();

  private final DatabaseContainer database = new DatabaseContainer();
  private final String address = "127.0.0.1:" + database.port();

  @AfterAll
  void stop() {
    database.close();
  }

  @Test
  void a_wrong_password_is_said_and_not_shown() {
    for (String user : new String[]{DatabaseContainer.USER, "nobody"}) {
      assertRefused(database.options(DatabaseContainer.DATABASE, user, "Geh Heim"),
          "the database at " + address + " does not let the user " + user
              + " in with the password given; check user and password");
    }
  }

  @Test
  void a_database_that_is_not_there_names_the_command_that_creates_it() {
    assertRefused(database.options("nowhere", "root", DatabaseContainer.PASSWORD),
        "there is no database nowhere at " + address
            + "; create and fill it with: muster target init-db");
  }

  @Test
  void a_database_that_the_user_may_not_see_may_be_missing_too() {
    var options = database.options("mysql", DatabaseContainer.USER, DatabaseContainer.PASSWORD);
    String sentence = "at " + address + " there is no database mysql, or the user "
        + DatabaseContainer.USER
        + " may not use it; let a user who may create it run: muster target init-db";
    assertRefused(options, sentence);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> CustomerDatabase.fill(options))
        .withMessage(sentence);
  }

  @Test
  void a_database_without_tables_or_without_rows_names_the_command_that_fills_it()
      throws SQLException {
    database.execute("", "CREATE DATABASE bare");
    var options = database.options("bare", "root", DatabaseContainer.PASSWORD);
    String sentence = "the database bare at " + address
        + " holds no customers; create and fill its tables with: muster target init-db";
    assertRefused(options, sentence);
    CustomerDatabase.fill(options);
    database.execute("bare", "DELETE FROM Readings");
    assertRefused(options, sentence);
  }

  @Test
  void nobody_at_the_address_is_said_by_every_command() throws IOException {
    int free = ports.any();
    var options = at("jdbc:mariadb://127.0.0.1:" + free + "/customers");
    String sentence = "no database answers at 127.0.0.1:" + free
        + "; start one there, or name another";
    assertRefused(options, sentence);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> CustomerDatabase.fill(options))
        .withMessage(sentence);
  }

  @Test
  void somebody_else_who_keeps_silent_is_waited_for_no_longer_than_the_timeout()
      throws IOException {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(at("jdbc:mariadb://127.0.0.1:" + silent.getLocalPort() + "/customers"),
          "the database at 127.0.0.1:" + silent.getLocalPort() + " does not answer within 500 ms");
    }
  }

  @Test
  void an_unknown_host_is_said() {
    assertRefused(at("jdbc:mariadb://nowhere.invalid:3306/customers"),
        "the host of the database nowhere.invalid:3306 is not known");
  }

  private static DatabaseOptions at(String url) {
    return new DatabaseOptions(url, "muster", DatabaseContainer.PASSWORD, 1,
        Duration.ofMillis(500));
  }

  private static void assertRefused(DatabaseOptions options, String sentence) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> MariaDbStore.open(options))
        .withMessage(sentence)
        .satisfies(refusal -> {
          for (@Nullable
          Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain(options.password());
          }
        });
  }
}
