package dev.muster.deploy.kubernetes;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A Job of a fleet, as Kubernetes last told of it. Its workers are called as it is, with their index behind it,
 * which is what Kubernetes calls the hosts of its pods.
 *
 * @param over indexes that have ended, well or not
 */
record JobState(String name, int completions, BitSet over) {

  /** What {@code kubectl get jobs -o} is asked for: a line for each, in fields that {@link #parse} reads. */
  static final String FIELDS = "jsonpath={range .items[*]}{.metadata.name}|{.spec.completions}|"
      + "{.status.completedIndexes}|{.status.failedIndexes}|"
      + "{.status.conditions[?(@.status==\"True\")].type}|{.metadata.deletionTimestamp}{\"\\n\"}{end}";

  private static final Set<String> OVER = Set.of("Failed", "FailureTarget", "Complete");

  static JobState parse(String line) {
    String[] fields = line.split("\\|", -1);
    int completions = Integer.parseInt(fields[1]);
    var over = new BitSet();
    addRanges(fields[2], over);
    addRanges(fields[3], over);
    List<String> conditions = List.of(fields[4].split(" "));
    boolean isOver = conditions.stream().anyMatch(OVER::contains);
    if (isOver || !fields[5].isEmpty()) {
      over.set(0, completions);
    }
    return new JobState(fields[0], completions, over);
  }

  /** As in 1,3-5,7. */
  private static void addRanges(String text, BitSet to) {
    for (String range : text.split(",", -1)) {
      if (!range.isEmpty()) {
        String[] ends = range.split("-", 2);
        to.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
      }
    }
  }

  /** Those that have ended. */
  List<String> ended() {
    return IntStream.range(0, completions).filter(over::get).mapToObj(this::worker).toList();
  }

  /** Those that run, or are about to. */
  List<String> alive() {
    return IntStream.range(0, completions)
        .filter(index -> !over.get(index))
        .mapToObj(this::worker)
        .toList();
  }

  private String worker(int index) {
    return name + "-" + index;
  }
}
