package dev.muster.cli.target;

import dev.muster.cli.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What only load_balanced and lambda can be told. */
final class ArchitectureArguments {

  @Option(names = "--processes", paramLabel = "N", defaultValue = "5", description = "load_balanced: processes behind the balancer, on --port and those that follow. "
      + "Default: ${DEFAULT-VALUE}.")
  private int processes;

  @Option(names = "--balancer-port", paramLabel = "PORT", defaultValue = "10080", description = "load_balanced: the one address in front of them. Default: ${DEFAULT-VALUE}.")
  private int balancerPort;

  @Option(names = "--concurrency", paramLabel = "N", defaultValue = "20", description = "lambda: the most requests at once; others get a 429. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  @Option(names = "--keep-warm", paramLabel = "TIME", defaultValue = "5m", description = "lambda: how long an idle environment is kept. Default: ${DEFAULT-VALUE}.")
  private String keepWarm = "";

  @Option(names = "--emulator", paramLabel = "FILE", defaultValue = "${env:MUSTER_LAMBDA_EMULATOR:-}", description = "lambda: AWS's aws-lambda-rie. Default: $MUSTER_LAMBDA_EMULATOR, or the one on "
      + "the path; without any, a runtime interface of our own.")
  private Path emulator = Path.of("");

  int processes() {
    return Arguments.positive("--processes", processes);
  }

  int balancerPort() {
    return balancerPort;
  }

  int concurrency() {
    return Arguments.positive("--concurrency", concurrency);
  }

  Duration keepWarm() {
    return Arguments.time("--keep-warm", keepWarm);
  }

  Path emulator() {
    return emulator;
  }
}
