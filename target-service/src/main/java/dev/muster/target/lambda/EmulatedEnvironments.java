package dev.muster.target.lambda;

import dev.muster.target.process.Ports;
import dev.muster.target.process.ProcessException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Execution environments under AWS's Runtime Interface Emulator, one emulator each. */
final class EmulatedEnvironments implements Environments {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int TRIES = 3;

  private final Path emulator;
  private final FunctionOptions options;
  private final FunctionProcesses processes;
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE)
      .build();
  // Two that start at once must not be told the same free port.
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

  EmulatedEnvironments(Path emulator, FunctionOptions options) {
    this.emulator = emulator;
    this.options = options;
    this.processes = new FunctionProcesses(options);
  }

  @Override
  public ExecutionEnvironment start() {
    ProcessException last = null;
    // Another program may take a port between our choice and the emulator's use of it.
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try {
        return startOnce();
      } catch (ProcessException e) {
        last = e;
      }
    }
    throw last;
  }

  private ExecutionEnvironment startOnce() {
    int port = takePort();
    int api = takePort();
    // The function's own process is started by the emulator at the first invocation.
    var process = processes.start(List.of(emulator.toString(), "--log-level", "error",
        "--runtime-interface-emulator-address", "127.0.0.1:" + port,
        "--runtime-api-address", "127.0.0.1:" + api),
        Map.of());
    var _ = process.ended().thenRun(() -> ports.removeAll(Set.of(port, api)));
    try {
      process.awaitPort(port, PATIENCE);
    } catch (ProcessException e) {
      process.close();
      throw e;
    }
    return new EmulatedEnvironment(process, port, options.timeout(), client);
  }

  private int takePort() {
    int port = Ports.free();
    while (!ports.add(port)) {
      port = Ports.free();
    }
    return port;
  }

  @Override
  public void close() {
    client.shutdownNow();
    processes.close();
  }
}
