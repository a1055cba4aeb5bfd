package dev.muster.target.balanced;

import dev.muster.target.process.ProcessException;
import dev.muster.target.process.ServiceProcess;
import dev.muster.target.process.Supervised;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one process of the API is for: it joins the crew and gets its share once it is healthy. */
record ApiProcess(ProcessAdmin admin, Crew crew, Haproxy balancer) implements Supervised.Duty {
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How it is started. */
  static ServiceProcess.Launch launch(BalancedOptions options, Place place) {
    var command = new ArrayList<>(options.command());
    command.addAll(List.of("--port", Integer.toString(place.port()),
        "--admin-port", Integer.toString(place.adminPort())));
    Path log = options.logs().resolve("process-" + place.port() + ".log");
    return new ServiceProcess.Launch(
        "the process on port " + place.port(), command, options.environment(), log);
  }

  @Override
  public void begin(ServiceProcess process) {
    Place place = admin.place();
    long start = System.nanoTime();
    while (!admin.isHealthy()) {
      if (process.endsWithin(POLL)) {
        throw new ProcessException(reason(process.lastWords(), place), null);
      }
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new ProcessException(
            "the process on port " + place.port() + " is not healthy after "
                + PATIENCE.toMinutes() + " minutes",
            null);
      }
    }
    crew.join(admin);
    balancer.admit(place);
  }

  @Override
  public void end() {
    crew.leave(admin.place());
    balancer.dismiss(admin.place());
  }

  // It has said it in a sentence of its own, after whatever else it had to say.
  private static String reason(String lastWords, Place place) {
    return lastWords.isEmpty()
        ? "the process on port " + place.port() + " ended without a word when it was started"
        : lastWords.substring(lastWords.lastIndexOf('\n') + 1);
  }
}
