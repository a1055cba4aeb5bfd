package dev.muster.deploy.host;

import dev.muster.deploy.program.Program;
import dev.muster.deploy.program.Program.Said;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A POSIX shell on some machine. What it is to do it reads, so that no argument tells of it. */
public interface Shell {

  /** What to call its machine, in sentences. */
  String machine();

  /**
   * Has a script done.
   *
   * @throws dev.muster.deploy.spawn.PlaceProblem if the machine is not reached, or it takes longer
   */
  Said run(String script, Duration atMost);

  /**
   * Has a short script done whose standard input is a file.
   *
   * @param script without single quotes, so that every shell in front of it takes it for one word
   */
  Said feed(String script, Path input, Duration atMost);

  /** A word that a shell takes as it stands, whatever is in it. */
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** The shell of this machine. */
  static Shell here() {
    return new Shell() {

      @Override
      public String machine() {
        return "this machine";
      }

      @Override
      public Said run(String script, Duration atMost) {
        return Program.run(List.of("/bin/sh", "-s"), script, atMost);
      }

      @Override
      public Said feed(String script, Path input, Duration atMost) {
        return Program.run(List.of("/bin/sh", "-c", script), input, atMost);
      }
    };
  }
}
