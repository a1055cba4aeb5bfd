package dev.muster.deploy.host;

import dev.muster.deploy.program.Program.Said;
import dev.muster.deploy.spawn.FleetName;
import dev.muster.deploy.spawn.Machine;
import dev.muster.deploy.spawn.Machine.State;
import dev.muster.deploy.spawn.PlaceProblem;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The workers of a fleet on one machine: started and ended by its shell, and found again by their folder. */
final class HostWorkers {

  private static final Duration SHORT = Duration.ofSeconds(30);

  /** More than the script itself waits for those that leave. */
  private static final Duration LEAVING = Duration.ofSeconds(75);

  private final Shell shell;
  private final HostScripts scripts;
  private final String first;
  private final String numbered;

  private HostWorkers(Shell shell, String folder, String first, String numbered) {
    this.shell = shell;
    this.scripts = new HostScripts(folder);
    this.first = first;
    this.numbered = numbered;
  }

  /** On this machine: as many as are asked for, the fleet's name and a number for each. */
  static HostWorkers here(FleetName fleet) {
    return new HostWorkers(Shell.here(), fleet.text(), "", fleet.text() + "-");
  }

  /**
   * On a machine of which each fleet has one worker, called {@code name} as the machine is; what replaces it is
   * called name+2. Its folder is its own where machines share a home.
   */
  static HostWorkers on(Shell shell, FleetName fleet, String name) {
    return new HostWorkers(shell, fleet.text() + "@" + name, name, name + "+");
  }

  Shell shell() {
    return shell;
  }

  /** Whether a worker of that name is, or was, here. */
  boolean owns(String worker) {
    return worker.equals(first)
        || (worker.startsWith(numbered)
            && worker.substring(numbered.length())
                .chars()
                .allMatch(each -> each >= '0' && each <= '9'));
  }

  /** Who was there, and who was launched. */
  record Started(List<String> there, List<String> launched) {

    List<String> all() {
      return Stream.concat(there.stream(), launched.stream()).toList();
    }
  }

  /**
   * Starts what is missing of {@code wanted}.
   *
   * @param prepared script in front of it
   * @param command words of a shell
   */
  Started launch(String prepared, int wanted, String token, String command) {
    String out = said(
        scripts.launch(prepared, wanted, first, numbered, token, command), SHORT, "start workers");
    return new Started(behind("there ", out), behind("launched ", out));
  }

  /** All that were ever launched, and not forgotten with an end of the fleet. */
  List<Machine> machines() {
    return behind("worker ", said(scripts.states(), SHORT, "look for workers")).stream()
        .map(line -> line.split(" ", 2))
        .map(
            words -> new Machine(
                words[0], words[1].equals("running") ? State.RUNNING : State.ENDED))
        .toList();
  }

  String lastWords(String worker) {
    return said(scripts.log(worker), SHORT, "read what " + worker + " wrote");
  }

  void end(List<String> workers) {
    List<String> left = behind(
        "left ", said(scripts.end(workers), LEAVING, "end " + String.join(", ", workers)));
    if (!left.isEmpty()) {
      throw new PlaceProblem(
          String.join(", ", left) + " cannot be ended on " + shell.machine() + ".");
    }
  }

  List<String> leftovers() {
    return behind("left ", said(scripts.left(), SHORT, "look for workers"));
  }

  List<String> endAll() {
    return behind("left ", said(scripts.endAll(), LEAVING, "end workers"));
  }

  private String said(String script, Duration atMost, String doing) {
    Said said = shell.run(script, atMost);
    if (!said.succeeded()) {
      String why = said.err().strip();
      throw new PlaceProblem(
          "Cannot " + doing + " on " + shell.machine() + ": "
              + (why.isEmpty() ? "its shell ended with " + said.exitCode() + "." : why));
    }
    return said.out();
  }

  private static List<String> behind(String word, String out) {
    return out.lines()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()))
        .toList();
  }
}
