import io.hyperfoil.api.config.Benchmark;
import io.hyperfoil.api.config.BenchmarkData;
import io.hyperfoil.core.impl.LocalSimulationRunner;
import io.hyperfoil.core.parser.BenchmarkParser;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs one benchmark file in this JVM: {@code hyperfoil FILE [PARAMETER=VALUE ...]}. */
public final class Hyperfoil {

  private Hyperfoil() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      parameters.put(pair[0], pair[1]);
    }
    Benchmark benchmark;
    try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
      benchmark = BenchmarkParser.instance().buildBenchmark(file, BenchmarkData.EMPTY, parameters);
    }
    new LocalSimulationRunner(
        benchmark,
        (phase, stepId, metric, snapshot, countDown) -> System.out.printf(
            "%d requests, %d connection errors%n",
            snapshot.requestCount, snapshot.connectionErrors),
        null, null).run();
  }
}
