package dev.muster.target.services;

import dev.muster.target.store.DatabaseOptions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.testcontainers.mariadb.MariaDBContainer;

/** A MariaDB in a container, with one database without tables and one user who owns it. */
public final class DatabaseContainer extends ServiceContainer {
  /** The name of the database. */
  public static final String DATABASE = "customers";

  /** The user who may do everything in that database, and nothing elsewhere. */
  public static final String USER = "muster";

  /** Of that user, and of root. */
  public static final String PASSWORD = "open'Sesame\\42";

  /** Starts it. */
  @SuppressWarnings("resource") // closed by this class
  public DatabaseContainer() {
    super(new MariaDBContainer(Images.MARIADB).withDatabaseName(DATABASE)
        .withUsername(USER)
        .withPassword(PASSWORD)
        .withUrlParam("sslMode", "disable")
        .withStartupAttempts(1)
        .withStartupTimeoutSeconds(60), 3_306);
  }

  /** How its user reaches its database. */
  public DatabaseOptions options() {
    return options(DATABASE, USER, PASSWORD);
  }

  /** How anybody would reach any database of it, with four connections and ten seconds to answer. */
  public DatabaseOptions options(String database, String user, String password) {
    return new DatabaseOptions("jdbc:mariadb://127.0.0.1:" + port() + "/" + database, user,
        password,
        4, Duration.ofSeconds(10));
  }

  /** Executes one statement as root in this database. */
  public void execute(String database, String sql) throws SQLException {
    var options = options(database, "root", PASSWORD);
    try (var connection = DriverManager.getConnection(
        options.url() + "?sslMode=disable", "root", PASSWORD);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
