package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.cli.fleet.KnownPrices;
import dev.muster.ec2.Ec2Problem;
import dev.muster.ec2.PriceList;
import dev.muster.ec2.Prices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster prices}. */
@Command(name = "prices", sortOptions = false, synopsisSubcommandLabel = "COMMAND", description = "What instances on EC2 cost an hour, as 'workers spawn' quotes it, and from when that is.")
final class PricesCommand {

  @Command(name = "update", sortOptions = false, description = "Ask AWS what all types cost on demand, and keep it with today's date. What was fetched of other "
      + "regions stays. Needs credentials that may call pricing:GetProducts.", footer = {
          "", "Examples:",
          "  muster prices update",
          "  muster prices update --region eu-central-1 --region us-east-1"})
  int update(
      @Option(names = "--region", paramLabel = "REGION", description = "Of which region. May be repeated. Default: that of AWS's settings.") @Nullable List<String> regions,
      @Option(names = "--out", paramLabel = "FILE", description = "Write them here instead of the user's folder; quotes do not read them there.") @Nullable Path out) {
    Path file = out == null ? KnownPrices.file() : out;
    try (PriceList list = PriceList.open()) {
      Prices fetched = list.of(regions == null ? List.of(PriceList.region()) : regions);
      // A file that cannot be read is written anew: this is how to get rid of it.
      var all = new TreeMap<>(before(file));
      all.putAll(fetched.regions());
      new Prices(all).write(file);
      new TreeMap<>(fetched.regions()).forEach(
          (name, region) -> System.out.println(
              name + ": " + region.hour().size() + " types, as of " + region.date()));
      System.out.println("Written to " + file + ".");
      return ExitCode.PASSED.status();
    } catch (Ec2Problem e) {
      throw new UserError(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UserError(
          ExitCode.FAILED,
          file + " cannot be written (" + e + ").\n  Name another file with --out.", e);
    }
  }

  private static Map<String, Prices.Region> before(Path file) {
    try {
      return Files.exists(file) ? Prices.in(file).regions() : Map.of();
    } catch (IOException | IllegalArgumentException e) {
      return Map.of();
    }
  }

  @Command(name = "list", sortOptions = false, description = "Print what is known here, without asking AWS: region, type, US dollars an hour, and from when that is.")
  int list(
      @Option(names = "--region", paramLabel = "REGION", description = "Only of this region. May be repeated.") @Nullable List<String> regions) {
    new TreeMap<>(KnownPrices.read().regions()).forEach((name, region) -> {
      if (regions == null || regions.contains(name)) {
        new TreeMap<>(region.hour()).forEach(
            (type, hour) -> System.out.printf(
                Locale.ROOT, "%-15s %-18s %10s  %s%n", name, type, hour.toPlainString(),
                region.date()));
      }
    });
    return ExitCode.PASSED.status();
  }
}
