package dev.muster.cli.fleet;

import dev.muster.cli.ConfigFolder;
import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.ec2.Prices;
import java.io.IOException;
import java.nio.file.Path;

/** What instances cost, as far as it is known on this machine. */
public final class KnownPrices {

  private KnownPrices() {}

  /** Where {@code muster prices update} writes them. */
  public static Path file() {
    return ConfigFolder.path().resolve("prices.json");
  }

  /**
   * Of each region the newer of those that were fetched and those that come with this version.
   *
   * @throws UserError if those that were fetched cannot be read
   */
  public static Prices read() {
    try {
      return Prices.known(file());
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(
          ExitCode.FAILED,
          "The prices that were fetched cannot be read: " + e.getMessage()
              + "\n  Fetch them anew with 'muster prices update', or delete " + file() + ".",
          e);
    }
  }
}
