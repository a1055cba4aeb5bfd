package dev.muster.target.lambda;

import dev.muster.target.process.ProcessException;
import dev.muster.target.process.ReservedPorts;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Execution environments under AWS's Runtime Interface Emulator, one emulator each. */
final class EmulatedEnvironments implements Environments {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path emulator;
  private final FunctionOptions options;
  private final FunctionProcesses processes;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE)
      .build();

  EmulatedEnvironments(Path emulator, FunctionOptions options) {
    this.emulator = emulator;
    this.options = options;
    this.processes = new FunctionProcesses(options);
  }

  @Override
  public ExecutionEnvironment start() {
    var ports = new ReservedPorts();
    try {
      return start(ports);
    } catch (RuntimeException e) {
      ports.close();
      throw e;
    }
  }

  private ExecutionEnvironment start(ReservedPorts ports) {
    int port = ports.any();
    // The function's own process is started by the emulator at the first invocation.
    var process = processes.start(List.of(emulator.toString(), "--log-level", "error",
        "--runtime-interface-emulator-address", "127.0.0.1:" + port,
        "--runtime-api-address", "127.0.0.1:" + ports.any()),
        Map.of());
    var _ = process.ended().thenRun(ports::close);
    try {
      process.awaitPort(port, PATIENCE);
    } catch (ProcessException e) {
      process.close();
      throw e;
    }
    return new EmulatedEnvironment(process, port, options.timeout(), client);
  }

  @Override
  public void close() {
    client.shutdownNow();
    processes.close();
  }
}
