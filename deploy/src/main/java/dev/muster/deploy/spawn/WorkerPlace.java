package dev.muster.deploy.spawn;

import java.util.List;

/**
 * One fleet in a place where machines of workers come from. It remembers nothing that the place does not: whoever
 * comes later, from elsewhere, finds and ends the same. Every method asks the place and waits, for a bounded
 * time, and throws {@link PlaceProblem}.
 */
public interface WorkerPlace extends AutoCloseable {

  /** Launches workers in a place. */
  interface Launcher {

    /**
     * Launches what the order says, less what the fleet has already: to say the same again launches nothing
     * again. A name is given once; what replaces a worker has another.
     *
     * @throws PlaceProblem also when none was launched, or fewer where that is of no use; then nothing of it is
     *     left
     */
    Launch launch(WorkerOrder order, Joining joining);
  }

  /** What it tells of these workers' machines; nothing, of those that it does not know yet. */
  List<Machine> machines(List<String> workers);

  /** The last that a worker, or its machine, said; empty where there is nothing. */
  String lastWords(String worker);

  /** Ends some. Those that it knows no more have ended. */
  void end(List<String> workers);

  /** All that there is of the fleet, by name. */
  List<String> leftovers();

  /**
   * Ends the fleet and all that was created for it, and waits until the place tells of none of it.
   *
   * @return what it tells of at the end; empty, unless it took longer than minutes
   */
  List<String> endAll();

  /** Where that is, to follow "in" or "on" that it begins with. */
  String where();

  /** What is true where there are no leftovers: a sentence that says where was looked, and for what. */
  String proof();

  @Override
  void close();
}
