package dev.muster.plan.scenario;

import java.util.List;

/**
 * What an answer must be. One that is not fails, and is counted under the check's name; where several
 * fail, under that of the first. A request with a {@link Status} is judged by it alone, else a status of
 * 400 or above fails.
 */
public sealed interface Check {

  /** The name, of letters, digits, {@code _}, {@code -} and {@code .}. */
  String name();

  /**
   * The status is one of these.
   *
   * @param ranges at least one
   */
  record Status(String name, List<StatusRange> ranges) implements Check {

    public Status {
      ranges = List.copyOf(ranges);
    }

    /** Whether {@code status} is one of them. */
    public boolean allows(int status) {
      return ranges.stream().anyMatch(range -> range.from() <= status && status <= range.to());
    }
  }

  /** The statuses {@code from} to {@code to}, both included. */
  record StatusRange(int from, int to) {}

  /**
   * The body holds this text, in UTF-8, within its first {@link #LONGEST} bytes.
   *
   * @param text not empty
   */
  record Body(String name, String text) implements Check {

    /** How much of a body is looked at, in bytes. */
    public static final int LONGEST = 1024 * 1024;
  }
}
