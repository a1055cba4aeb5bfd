package dev.muster.cli.target;

import dev.muster.cli.local.OwnCommand;
import dev.muster.target.Architecture;
import dev.muster.target.TargetOptions;
import dev.muster.target.TargetService;
import dev.muster.target.balanced.BalancedOptions;
import dev.muster.target.balanced.BalancedTarget;
import dev.muster.target.http.HttpListener;
import dev.muster.target.lambda.FunctionOptions;
import dev.muster.target.lambda.LambdaOptions;
import dev.muster.target.lambda.LambdaTarget;
import dev.muster.target.process.ServiceFolder;
import dev.muster.target.store.CustomerSource;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The customer API in one of its architectures, running, with everything that stands behind it. */
final class Stack implements AutoCloseable {

  private final Deque<Runnable> parts = new ArrayDeque<>();
  private int port;
  private int adminPort;

  /**
   * What to start.
   *
   * @param options of the address that users meet; of load_balanced, {@code port} is that of the first
   *     process
   */
  record Wanted(
      Architecture architecture,
      Data data,
      TargetOptions options,
      DatabaseArguments database,
      CacheArguments cache,
      ArchitectureArguments parts) {}

  private Stack() {}

  /**
   * Starts it; on return it answers. What was started before a failure is ended again.
   *
   * @param progress told what is started
   */
  static Stack start(Wanted wanted, Consumer<String> progress) {
    var stack = new Stack();
    try {
      var services = new Services();
      stack.parts.push(services::close);
      var source = services.open(wanted.data(), wanted.database(), wanted.cache(), progress);
      switch (wanted.architecture()) {
        case EMBEDDED, THREE_TIER, MEMCACHED -> stack.single(wanted, source);
        case LOAD_BALANCED -> stack.balanced(wanted, source, progress);
        case LAMBDA -> stack.lambda(wanted, source, progress);
      }
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void single(Wanted wanted, CustomerSource source) {
    var service = TargetService.start(wanted.options().withSource(source));
    parts.push(service::close);
    port = service.port();
    adminPort = service.adminPort();
  }

  private void balanced(Wanted wanted, CustomerSource source, Consumer<String> progress) {
    int processes = wanted.parts().processes();
    progress.accept("Starting " + processes + " processes and HAProxy ...");
    var options = wanted.options();
    var logs = ServiceFolder.create("balanced-logs");
    parts.push(logs::close);
    var target = BalancedTarget.start(
        new BalancedOptions(
            options.host(), wanted.parts().balancerPort(), options.adminPort(),
            options.port(), processes, options.keepAlive(), options.readTimeout(),
            OwnCommand.target(process(wanted)), source.toEnvironment(), logs.path()));
    parts.push(target::close);
    port = target.port();
    adminPort = target.adminPort();
  }

  // What it looks its customers up in is in its environment, as there is a password among it.
  private static List<String> process(Wanted wanted) {
    var arguments = new ArrayList<>(
        List.of("--architecture", wanted.data().architecture().word()));
    if (wanted.options().keepAlive()) {
      arguments.add("--keep-alive");
    }
    wanted.options()
        .faults()
        .settings()
        .forEach((name, value) -> arguments.add("--" + name + "=" + value));
    return arguments;
  }

  private void lambda(Wanted wanted, CustomerSource source, Consumer<String> progress) {
    var options = wanted.options();
    var logs = ServiceFolder.create("lambda-logs");
    parts.push(logs::close);
    var function = FunctionOptions.defaults(logs.file("function.log"))
        .withScale(wanted.parts().concurrency(), wanted.parts().keepWarm())
        .withEnvironment(source.toEnvironment());
    Path named = wanted.parts().emulator();
    if (!named.toString().isEmpty()) {
      function = function.withEmulator(Optional.of(named));
    }
    progress.accept("The function runs in " + function.emulator()
        .map(emulator -> "AWS's Runtime Interface Emulator, " + emulator + ".")
        .orElse("a runtime interface of our own, as there is no aws-lambda-rie."));
    var target = LambdaTarget.start(
        new LambdaOptions(
            address(options, options.port(), "--port"),
            address(options, options.adminPort(), "--admin-port"),
            new HttpListener.Manners(
                options.keepAlive(), options.readTimeout(), options.writeTimeout()),
            options.faults(), function));
    parts.push(target::close);
    port = target.port();
    adminPort = target.adminPort();
  }

  private static HttpListener.Address address(TargetOptions options, int port, String flag) {
    return new HttpListener.Address(options.host(), port, options.backlog(), flag);
  }

  /** The port that users meet. */
  int port() {
    return port;
  }

  /** The port of the counts. */
  int adminPort() {
    return adminPort;
  }

  /** Ends all of it, the last started first. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      parts.pop().run();
    }
  }
}
