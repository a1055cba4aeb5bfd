package dev.muster.cli.command;

import dev.muster.cli.ExitCode;
import dev.muster.cli.UserError;
import dev.muster.deploy.archive.WorkerArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster distribution}. */
@Command(name = "distribution", sortOptions = false, description = "Write what a machine needs that is to become a worker, as a tar.gz, and print its SHA-256. Put it "
    + "where instances can fetch it, and tell 'muster workers spawn' of it.")
final class DistributionCommand implements Callable<Integer> {

  @Option(names = "--out", paramLabel = "FILE", defaultValue = "muster-worker.tar.gz", description = "The file to write. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("muster-worker.tar.gz");

  @Override
  public Integer call() {
    try {
      System.out.println(write(out) + "  " + out);
      return ExitCode.PASSED.status();
    } catch (IOException e) {
      throw new UserError(ExitCode.FAILED, "Nothing can be written to " + out + ": " + e, e);
    }
  }

  /**
   * Writes the distribution of this very Muster.
   *
   * @return its SHA-256, in hexadecimal digits
   */
  static String write(Path file) throws IOException {
    List<Path> jars = Arrays.stream(System.getProperty("java.class.path").split(":"))
        .map(Path::of)
        .filter(Files::exists)
        .toList();
    return WorkerArchive.write(jars, file);
  }
}
