package dev.muster.deploy.host;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a shell is told about the workers of one folder. For each worker there is a folder in it, with its log and
 * the number of its process; beside the number stands when the process began, as a number alone may be
 * somebody else's later. A folder is claimed by making it, so a name is given once. Each line that is said begins with a
 * word of ours, as what a user's shell greets with may stand between.
 */
final class HostScripts {

  /** How long a worker may take to hand over and leave, and some seconds. */
  private static final int LEAVE_SECONDS = 40;

  private static final int KILL_SECONDS = 5;

  private final String prelude;

  /** @param folder of the workers, within that of all fleets; fit for a path, and nobody else's */
  HostScripts(String folder) {
    this.prelude = """
        set -eu
        umask 077
        fleet=${XDG_STATE_HOME:-$HOME/.local/state}/muster/fleets/%s
        fail() { echo "$1" >&2; exit 3; }
        # When a process began, in this machine's own life; nothing of one that has ended.
        begun() {
          if [ -r "/proc/$1/stat" ]; then
            ticks=$(sed -n 's/^.*) [^ZX] //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 19)
            [ -z "$ticks" ] || echo "$(cat /proc/sys/kernel/random/boot_id) $ticks"
          else
            ps -o lstart= -p "$1" 2>/dev/null || true
          fi
        }
        # Whether the worker of a folder runs; its process is in $pid then.
        lives() {
          pid= was=
          [ -r "$1/process" ] && read -r pid was <"$1/process" || true
          [ -n "$was" ] && [ "$(begun "$pid")" = "$was" ]
        }
        living() {
          for each in "$fleet"/*/; do
            each=${each%%/}
            if lives "$each"; then echo "${each##*/}"; fi
          done
        }
        """.formatted(Shell.quoted(folder));
  }

  /**
   * Starts what is missing. Says {@code there NAME} and {@code launched NAME} for each.
   *
   * @param prepared script that ends where nothing can be started here
   * @param first what the first worker of the folder is called; empty: the first has a number as well
   * @param numbered what those are called that have a number behind it
   * @param command words of a shell that start a worker, but for its name
   */
  String launch(
      String prepared, int wanted, String first, String numbered, String token, String command) {
    return prelude + prepared
        + """
            mkdir -p "$fleet"
            there=0
            for name in $(living); do
              echo "there $name"
              there=$((there + 1))
            done
            number=$(cat "$fleet/number" 2>/dev/null || echo 0)
            own=$(command -v setsid || echo env)
            MUSTER_JOIN=%s
            while [ "$there" -lt %d ]; do
              number=$((number + 1))
              echo "$number" >"$fleet/number"
              name=%s$number
              if [ "$number" -eq 1 ] && [ -n %s ]; then name=%s; fi
              if ! mkdir "$fleet/$name" 2>/dev/null; then
                [ ! -d "$fleet/$name" ] || continue
                fail "the folder $fleet/$name cannot be made"
              fi
              # Nothing of it is ours any more, so that it goes on when we have ended. The process keeps its number.
              (
                cd "$fleet/$name"
                trap '' HUP
                export MUSTER_JOIN
                exec "$own" %s --name="$name"
              ) >"$fleet/$name/log" 2>&1 </dev/null &
              echo "$! $(begun $!)" >"$fleet/$name/process"
              there=$((there + 1))
              echo "launched $name"
            done
            """
            .formatted(
                Shell.quoted(token), wanted, Shell.quoted(numbered), Shell.quoted(first),
                Shell.quoted(first), command);
  }

  /** Says {@code worker NAME running} or {@code worker NAME ended} for each that was ever launched. */
  String states() {
    return prelude + """
        for each in "$fleet"/*/; do
          [ -d "$each" ] || continue
          each=${each%/}
          if lives "$each"; then state=running; else state=ended; fi
          echo "worker ${each##*/} $state"
        done
        """;
  }

  /** Says the last that a worker wrote. */
  String log(String worker) {
    return prelude + "tail -c 2000 \"$fleet\"/" + Shell.quoted(worker) + "/log\n";
  }

  /** Ends some. Says {@code left NAME} of those that are still there. */
  String end(List<String> workers) {
    return prelude + ending(workers.stream().map(Shell::quoted).collect(Collectors.joining(" ")))
        + """
            for name in $ended; do
              if lives "$fleet/$name"; then echo "left $name"; fi
            done
            """;
  }

  /** Ends all, and removes the folder when none is there any more. Says what there still is, as {@link #left}. */
  String endAll() {
    return prelude + ending("$(living)") + """
        [ -n "$(living)" ] || rm -rf "$fleet"
        """ + leftover();
  }

  /** Says {@code left NAME} of those who are there; where nobody is, of the folder, if there is one. */
  String left() {
    return prelude + leftover();
  }

  private static String leftover() {
    return """
        for each in $(living); do echo "left $each"; done
        if [ -z "$(living)" ] && [ -e "$fleet" ]; then echo "left $fleet"; fi
        """;
  }

  private static String ending(String workers) {
    return """
        ended=$(for name in %s; do echo "$name"; done)
        signal() {
          any=
          for name in $ended; do
            if lives "$fleet/$name"; then
              any=1
              [ -z "$1" ] || kill "-$1" "$pid" 2>/dev/null || true
            fi
          done
          [ -n "$any" ]
        }
        wait_for() {
          left=$1
          while [ "$left" -gt 0 ] && signal ''; do
            sleep 1
            left=$((left - 1))
          done
        }
        if signal TERM; then
          wait_for %d
          if signal KILL; then wait_for %d; fi
        fi
        """.formatted(workers, LEAVE_SECONDS, KILL_SECONDS);
  }
}
