package dev.muster.target.lambda;

import dev.muster.target.process.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the function's process is started: as AWS starts one in its Java runtime. */
final class FunctionProcess {
  private static final String NAME = "the customer function";
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private FunctionProcess() {}

  /**
   * Starts it.
   *
   * @param emulator what runs the function's Java, empty if nothing does
   * @param variables beside those of the options and of the function itself
   */
  static ServiceProcess start(
      FunctionOptions options, List<String> emulator, Map<String, String> variables) {
    var command = new ArrayList<>(emulator);
    command.addAll(java(options));
    return ServiceProcess.start(
        new ServiceProcess.Launch(NAME, command, environment(options, variables), options.log()));
  }

  // The flags of AWS's own Java runtime: the best for what lives shortly on a part of a processor.
  private static List<String> java(FunctionOptions options) {
    return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        "-Xmx" + options.memoryMegabytes() + "m",
        // A crash belongs into the log, not into a file where we happen to run.
        "-XX:+ErrorFileToStdout", "--enable-native-access=ALL-UNNAMED", "-cp",
        options.classPath(), CLIENT, CustomerFunction.class.getName());
  }

  private static Map<String, String> environment(
      FunctionOptions options, Map<String, String> variables) {
    var all = new HashMap<>(options.environment());
    all.put("AWS_LAMBDA_FUNCTION_NAME", "customer-api");
    all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(options.memoryMegabytes()));
    all.put("AWS_LAMBDA_FUNCTION_TIMEOUT",
        Long.toString(Math.max(1, options.timeout().toSeconds())));
    all.putAll(variables);
    return all;
  }
}
