package dev.muster.cli.command;

import dev.muster.cli.terminal.LiveView;
import dev.muster.cli.terminal.Screen;
import dev.muster.coordinator.report.CsvFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where results go and what is shown meanwhile. */
final class OutputOptions {

  private static final int WIDTH_UNKNOWN = 100;

  @Option(names = {"-o",
      "--out"}, paramLabel = "DIR", description = "The folder for the results. Default: results/NAME-TIME.")
  private Path out = Path.of("");

  @Option(names = "--csv", paramLabel = "PREFIX", description = "Also write PREFIX_USERS_stats.csv and so on, as Locust does; PREFIX_RATE_stats.csv where "
      + "the plan has a rate.")
  private String csv = "";

  @Option(names = "--csv-format", paramLabel = "FORMAT", defaultValue = "locust-0.14", converter = CsvFormats.class, completionCandidates = CsvFormats.class, description = "locust-0.14 or locust-2. Default: ${DEFAULT-VALUE}.")
  private CsvFormat csvFormat = CsvFormat.LOCUST_0_14;

  @Option(names = "--headless", description = "Plain lines instead of a live view, also on a terminal.")
  private boolean headless;

  Path out() {
    return out;
  }

  String csvPrefix() {
    return csv;
  }

  CsvFormat csvFormat() {
    return csvFormat;
  }

  /** The view for this terminal, or for what stands in its place. */
  LiveView view() {
    boolean live = !headless && Screen.isThere();
    return new LiveView(System.err, live, live ? Screen.width(WIDTH_UNKNOWN) : WIDTH_UNKNOWN);
  }

  /** The formats by the names that people write. */
  static final class CsvFormats implements ITypeConverter<CsvFormat>, Iterable<String> {

    @Override
    public CsvFormat convert(String text) {
      return CsvFormat.of(text)
          .orElseThrow(
              () -> new TypeConversionException(
                  "'" + text + "' is none of " + String.join(", ", this)));
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(CsvFormat.values())
          .map(CsvFormat::text)
          .collect(Collectors.toList())
          .iterator();
    }
  }
}
