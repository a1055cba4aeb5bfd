package dev.muster.cli.target;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.target.faults.FaultSyntaxException;
import dev.muster.target.faults.Faults;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the command line says that the service is to misbehave. */
final class FaultArguments {

  @Option(names = "--delay", paramLabel = "TIME", description = "Each request is served for so long, such as 27ms, 27ms±5ms or 22ms..32ms.")
  private @Nullable String delay;

  @Option(names = "--fail", paramLabel = "PERCENT", description = "So many requests, such as 1%%, are answered with a 500.")
  private @Nullable String fail;

  @Option(names = "--freeze", paramLabel = "LENGTH/PERIOD", description = "No answer leaves during the first LENGTH of every PERIOD, such as 1s/5s.")
  private @Nullable String freeze;

  @Option(names = "--close-early", arity = "0..1", fallbackValue = "100%", paramLabel = "PERCENT", description = "Answers are broken off, all or so many of them.")
  private @Nullable String closeEarly;

  @Option(names = "--garbage", arity = "0..1", fallbackValue = "100%", paramLabel = "PERCENT", description = "Answers are bytes that are not HTTP, all or so many of them.")
  private @Nullable String garbage;

  @Option(names = "--slow-body", arity = "0..1", fallbackValue = "1s", paramLabel = "TIME", description = "Bodies come bit by bit, over 1s or TIME.")
  private @Nullable String slowBody;

  @Option(names = "--capacity", paramLabel = "N", description = "Each process serves N requests at once; others wait in a queue.")
  private @Nullable String capacity;

  /** All that was asked for. */
  Faults faults() {
    Map<String, String> settings = new LinkedHashMap<>();
    put(settings, "delay", delay);
    put(settings, "fail", fail);
    put(settings, "freeze", freeze);
    put(settings, "close-early", closeEarly);
    put(settings, "garbage", garbage);
    put(settings, "slow-body", slowBody);
    put(settings, "capacity", capacity);
    try {
      return Faults.of(settings);
    } catch (FaultSyntaxException e) {
      throw new UserError(ExitCode.USAGE, "--" + e.getMessage() + ".", e);
    }
  }

  private static void put(Map<String, String> settings, String name, @Nullable String value) {
    if (value != null) {
      settings.put(name, value);
    }
  }
}
