package dev.muster.target.store;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;

/**
 * The server that a database's URL names: how to connect to it, and what its refusal means to the
 * person who gave the options.
 *
 * @param options what the person gave
 * @param address host and port, for sentences
 * @param database the name of the database on it
 */
record DatabaseServer(DatabaseOptions options, String address, String database) {
  private static final String FORM = "jdbc:mariadb://host:port/database";

  // What MariaDB's own list of errors calls them.
  private static final int ACCESS_DENIED_TO_DATABASE = 1044;
  private static final int ACCESS_DENIED = 1045;
  private static final int ACCESS_DENIED_WITHOUT_PASSWORD = 1698;
  private static final int UNKNOWN_DATABASE = 1049;
  private static final int TOO_MANY_CONNECTIONS = 1040;
  private static final int NO_SUCH_TABLE = 1146;
  private static final int NO_SUCH_COLUMN = 1054;
  private static final int CANNOT_CREATE_TABLE = 1005;

  /**
   * Reads the URL.
   *
   * @throws StoreException if it is not one of a MariaDB, or holds what does not belong there
   */
  static DatabaseServer of(DatabaseOptions options) {
    var parsed = parse(options.url());
    var host = parsed.addresses().getFirst();
    return new DatabaseServer(options, host.host + ":" + host.port, parsed.database());
  }

  private static Configuration parse(String url) {
    // Not shown, as it may hold a password.
    if (url.toLowerCase(Locale.ROOT).contains("password")) {
      throw new StoreException("the database URL may not hold a password; give it apart");
    }
    try {
      var parsed = Configuration.parse(url);
      if (parsed == null || parsed.addresses().isEmpty()
          || parsed.addresses().getFirst().host == null
          || parsed.database() == null || parsed.database().isEmpty()) {
        throw new StoreException("the database URL must be like " + FORM + " (was " + url + ")");
      }
      return parsed;
    } catch (SQLException | IllegalArgumentException e) {
      throw new StoreException(
          "the database URL must be like " + FORM + " (was " + url + "): " + e.getMessage(), e);
    }
  }

  /**
   * A connection of its own.
   *
   * @param answerTime the longest that the server may be silent after a statement
   * @param createDatabase whether to create the database if there is none
   */
  Connection connect(Duration answerTime, boolean createDatabase) throws SQLException {
    var properties = properties(answerTime);
    properties.setProperty("user", options.user());
    properties.setProperty("password", options.password());
    properties.setProperty("createDatabaseIfNotExist", Boolean.toString(createDatabase));
    return new Driver().connect(options.url(), properties);
  }

  /** Whether the server has the database, as far as the user may know. */
  boolean hasDatabase() throws SQLException {
    try (var _ = connect(options.timeout(), false)) {
      return true;
    } catch (SQLException e) {
      if (e.getErrorCode() == UNKNOWN_DATABASE) {
        return false;
      }
      throw e;
    }
  }

  /** What the driver is told beside the URL, the user and the password. The URL may say otherwise. */
  Properties properties(Duration answerTime) {
    var properties = new Properties();
    properties.setProperty("connectTimeout", Long.toString(options.timeout().toMillis()));
    properties.setProperty("socketTimeout", Long.toString(answerTime.toMillis()));
    properties.setProperty("useServerPrepStmts", "true");
    // The driver would insist on encryption, which a server has only if somebody set it up.
    properties.setProperty("sslMode", "disable");
    return properties;
  }

  /** Why the server cannot be used, for the person who gave the options. */
  StoreException refusal(SQLException e) {
    return new StoreException(switch (e.getErrorCode()) {
      case ACCESS_DENIED, ACCESS_DENIED_WITHOUT_PASSWORD -> "the database at " + address
          + " does not let the user " + options.user()
          + " in with the password given; check user and password";
      case ACCESS_DENIED_TO_DATABASE -> "at " + address + " there is no database " + database
          + ", or the user " + options.user()
          + " may not use it; let a user who may create it run: muster target init-db";
      case UNKNOWN_DATABASE -> "there is no database " + database + " at " + address
          + "; create and fill it with: muster target init-db";
      case NO_SUCH_TABLE -> noCustomers();
      case NO_SUCH_COLUMN, CANNOT_CREATE_TABLE ->
        "the tables Customers and Readings in the database " + database + " at "
            + address + " are not those of muster; name another database";
      case TOO_MANY_CONNECTIONS -> "the database at " + address
          + " has no connection left; raise its max_connections, or use a smaller pool";
      default -> unreachable(e);
    }, e);
  }

  /** What to say of a database without any. */
  String noCustomers() {
    return "the database " + database + " at " + address
        + " holds no customers; create and fill its tables with: muster target init-db";
  }

  private String unreachable(SQLException e) {
    for (@Nullable
    Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException _ -> {
          return "the host of the database " + address + " is not known";
        }
        case SocketTimeoutException _ -> {
          return "the database at " + address + " does not answer within " + options.timeout()
              .toMillis() + " ms";
        }
        case ConnectException _ -> {
          return "no database answers at " + address + "; start one there, or name another";
        }
        default -> {
        }
      }
    }
    return "the database at " + address + " cannot be used: " + e.getMessage();
  }
}
