package dev.muster.deploy.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** Workers as processes on this machine. They end with it. */
public final class LocalFleet implements AutoCloseable {

  private final List<ChildProcess> workers;

  private LocalFleet(List<ChildProcess> workers) {
    this.workers = workers;
  }

  /** Makes the command line of a worker from its name. */
  public interface WorkerCommand {

    /** The program and its arguments that start the worker called {@code name}. */
    List<String> named(String name);
  }

  /**
   * Starts {@code count} workers, {@code local-1} and so on.
   *
   * @param environment what each gets in its environment, where no other user reads it, as secrets
   * @param logs the folder for what they write
   * @throws IOException if one cannot be started; none is left then
   */
  public static LocalFleet start(
      int count,
      WorkerCommand command,
      Map<String, String> environment,
      Path logs)
      throws IOException {
    var fleet = new LocalFleet(new ArrayList<>());
    try {
      for (int number = 1; number <= count; number++) {
        String name = "local-" + number;
        fleet.workers.add(
            ChildProcess.start(command.named(name), environment, logs.resolve(name + ".log"),
                false));
      }
      return fleet;
    } catch (IOException e) {
      fleet.close();
      throw e;
    }
  }

  /** One that has ended though nobody asked it to, if there is one. */
  public Optional<ChildProcess> fallen() {
    return workers.stream().filter(worker -> !worker.isAlive()).findFirst();
  }

  /** Ends all of them, together. */
  @Override
  public void close() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      workers.forEach(worker -> threads.execute(worker::close));
    }
  }
}
