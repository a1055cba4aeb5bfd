package dev.muster.cli.target;

import dev.muster.cli.Arguments;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.target.store.DatabaseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the command line says where the customers' MariaDB is. */
final class DatabaseArguments {

  private static final String PASSWORD = "MUSTER_DB_PASSWORD";

  @Option(names = "--db", paramLabel = "URL", defaultValue = "${env:MUSTER_DB_URL:-}", description = "The MariaDB, as in jdbc:mariadb://127.0.0.1:3306/customers. Default: "
      + "$MUSTER_DB_URL.")
  private String url = "";

  @Option(names = "--db-user", paramLabel = "NAME", defaultValue = "${env:MUSTER_DB_USER:-muster}", description = "Its user. Default: $MUSTER_DB_USER, or muster.")
  private String user = "";

  @Option(names = "--db-password-file", paramLabel = "FILE", description = "A file whose first line is the user's password. Default: the password "
      + "is $MUSTER_DB_PASSWORD.")
  private Path passwordFile = Path.of("");

  @Option(names = "--db-pool", paramLabel = "N", defaultValue = "${env:MUSTER_DB_POOL:-10}", description = "Connections to it that each process keeps. Default: $MUSTER_DB_POOL, or 10.")
  private int poolSize;

  @Option(names = "--db-timeout", paramLabel = "TIME", defaultValue = "${env:MUSTER_DB_TIMEOUT:-2s}", description = "The longest that a lookup waits for it; then the answer is a 503. Default: "
      + "$MUSTER_DB_TIMEOUT, or 2s.")
  private String timeout = "";

  /** What is given, if there is a URL. */
  Optional<DatabaseOptions> given() {
    return url.isEmpty() ? Optional.empty() : Optional.of(options(url, user, password()));
  }

  /** A database of this place, user and password, with pool and timeout as asked for. */
  DatabaseOptions options(String url, String user, String password) {
    Duration longest = Arguments.time("--db-timeout", timeout);
    return Arguments.checked(
        "--db-pool, --db-timeout",
        () -> new DatabaseOptions(url, user, password, poolSize, longest));
  }

  private String password() {
    if (passwordFile.toString().isEmpty()) {
      return System.getenv().getOrDefault(PASSWORD, "");
    }
    try {
      return Files.readAllLines(passwordFile).stream().findFirst().orElse("");
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          "--db-password-file: " + passwordFile + " cannot be read: " + e.getMessage(), e);
    }
  }
}
