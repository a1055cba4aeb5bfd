package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.ec2.Quote;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What may be spent without asking, and how much at all. */
final class PriceOptions {

  private static final Pattern DOLLARS = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(?:USD|usd)?");

  @Option(names = "--max-cost", paramLabel = "USD", description = "With --ec2: launch nothing that can cost more than this until it ends by itself, such as 5USD.")
  private String maxCost = "";

  @Option(names = "--yes", description = "Do not ask. Nothing is asked where nothing costs.")
  private boolean yes;

  /**
   * Tells what it can cost, and asks whether that is to be spent.
   *
   * @throws UserError if it is not to be, is more than is allowed, or not known
   */
  void agree(Quote quote) {
    System.out.print(quote.text());
    mostUsd().ifPresent(most -> refuseDearer(quote, most));
    if (!yes && !isAnsweredWithYes()) {
      throw new UserError(
          ExitCode.FAILED,
          "Nothing was launched, as nobody has said yes.\n  --yes says it for a script.");
    }
  }

  /**
   * What they may cost at most, if that was said.
   *
   * @throws UserError if it is no amount
   */
  Optional<BigDecimal> mostUsd() {
    if (maxCost.isEmpty()) {
      return Optional.empty();
    }
    Matcher amount = DOLLARS.matcher(maxCost.strip());
    if (!amount.matches()) {
      throw new UserError(
          ExitCode.USAGE,
          "--max-cost: '" + maxCost + "' is no amount.\n  Expected US dollars, such as 5USD.");
    }
    return Optional.of(new BigDecimal(amount.group(1)));
  }

  private static void refuseDearer(Quote quote, BigDecimal most) {
    BigDecimal ceiling = quote.ceiling()
        .orElseThrow(
            () -> new UserError(
                ExitCode.USAGE,
                "--max-cost: what they can cost is not known, so nothing is launched.\n  Name types "
                    + "whose price is known, or leave out --max-cost."));
    if (ceiling.compareTo(most) > 0) {
      throw new UserError(
          ExitCode.USAGE,
          "--max-cost: they can cost " + Quote.dollars(ceiling, 2) + ", which is more than "
              + Quote.dollars(most, 2) + ".\n  Launch fewer, of a cheaper --type, or for a shorter "
              + "--ttl.");
    }
  }

  private static boolean isAnsweredWithYes() {
    System.out.print("Launch them? [y/N] ");
    System.out.flush();
    try {
      // Not closed: it is everybody's.
      String answer = new BufferedReader(
          new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return answer != null
          && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      return false;
    }
  }
}
