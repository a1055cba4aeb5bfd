package dev.muster.worker.health;

import java.util.Arrays;
import java.util.Optional;

/**
 * The CPU time of a whole machine since it was started, all its cores together, in hundredths of a
 * second.
 *
 * @param total all of it
 * @param idle of it, in which nobody wanted to run
 * @param steal of it, which the hypervisor gave to other machines
 */
record MachineTimes(long total, long idle, long steal) {

  /** What Linux tells CPU times in, whatever its own clock does. */
  static final long UNIT_NANOS = 10_000_000;

  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;
  private static final int STEAL = 7;

  /**
   * Reads the first line of {@code /proc/stat}: "cpu", then user, nice, system, idle, iowait, irq,
   * softirq, steal, and more that is part of user and nice.
   */
  static Optional<MachineTimes> parse(String line) {
    String[] words = line.trim().split(" +", -1);
    if (words.length < STEAL + 2 || !words[0].equals("cpu")) {
      return Optional.empty();
    }
    long[] times = Arrays.stream(words, 1, STEAL + 2).mapToLong(Long::parseLong).toArray();
    return Optional.of(
        new MachineTimes(
            Arrays.stream(times).sum(), times[IDLE] + times[IO_WAIT], times[STEAL]));
  }
}
