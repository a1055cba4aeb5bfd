package dev.muster.target.lambda;

import dev.muster.target.process.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts the function's processes: as AWS starts one in its Java runtime. Safe for use by many
 * threads; closed when all processes have ended.
 */
final class FunctionProcesses implements AutoCloseable {
  private static final String NAME = "the customer function";
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private final FunctionOptions options;
  private final RuntimeLibrary library = new RuntimeLibrary();

  FunctionProcesses(FunctionOptions options) {
    this.options = options;
  }

  /**
   * Starts one.
   *
   * @param emulator what runs the function's Java, empty if nothing does
   * @param variables beside those of the options and of the function itself
   */
  ServiceProcess start(List<String> emulator, Map<String, String> variables) {
    var command = new ArrayList<>(emulator);
    command.addAll(java());
    return ServiceProcess.start(
        new ServiceProcess.Launch(NAME, command, environment(variables), options.log()));
  }

  // The flags of AWS's own Java runtime: the best for what lives shortly on a part of a processor.
  private List<String> java() {
    var command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        "-Xmx" + options.memoryMegabytes() + "m",
        // A crash belongs into the log, not into a file where we happen to run.
        "-XX:+ErrorFileToStdout", "--enable-native-access=ALL-UNNAMED"));
    library.flag().ifPresent(command::add);
    command.addAll(List.of("-cp", options.classPath(), CLIENT, CustomerFunction.class.getName()));
    return command;
  }

  private Map<String, String> environment(Map<String, String> variables) {
    var all = new HashMap<>(options.environment());
    all.put("AWS_LAMBDA_FUNCTION_NAME", "customer-api");
    all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(options.memoryMegabytes()));
    all.put("AWS_LAMBDA_FUNCTION_TIMEOUT",
        Long.toString(Math.max(1, options.timeout().toSeconds())));
    all.putAll(variables);
    return all;
  }

  @Override
  public void close() {
    library.close();
  }
}
