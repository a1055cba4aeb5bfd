package dev.muster.cli.target;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.target.store.CustomerDatabase;
import dev.muster.target.store.DatabaseOptions;
import dev.muster.target.store.StoreException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster target init-db}. */
@Command(name = "init-db", sortOptions = false, description = "Create the customers' tables in a MariaDB and fill them. Changes nothing where all is there.", footer = {
    "",
    "Example:",
    "  MUSTER_DB_PASSWORD=… muster target init-db --db jdbc:mariadb://127.0.0.1:3306/customers --db-user root"})
final class InitDbCommand implements Callable<Integer> {

  @Mixin
  private DatabaseArguments database = new DatabaseArguments();

  @Override
  public Integer call() {
    DatabaseOptions options = database.given()
        .orElseThrow(() -> new UserError(
            ExitCode.USAGE,
            "--db: which database is to be filled?\n"
                + "  Expected a URL such as jdbc:mariadb://127.0.0.1:3306/customers."));
    try {
      System.out.println(CustomerDatabase.fill(options).sentence());
      return ExitCode.PASSED.status();
    } catch (StoreException e) {
      throw new UserError(
          ExitCode.FAILED, "The database cannot be filled: " + e.getMessage() + ".", e);
    }
  }
}
