package dev.muster.cli.terminal;

import java.util.Locale;

/** Times and numbers as people read them. */
public final class Times {

  private Times() {}

  /** Milliseconds in three digits and their unit: {@code 0.83 ms}, {@code 27.1 ms}, {@code 1.25 s}. */
  public static String ms(double ms) {
    if (ms >= 10_000) {
      return String.format(Locale.ROOT, "%.1f s", ms / 1e3);
    }
    if (ms >= 1_000) {
      return String.format(Locale.ROOT, "%.2f s", ms / 1e3);
    }
    if (ms >= 100) {
      return String.format(Locale.ROOT, "%.0f ms", ms);
    }
    return ms >= 10
        ? String.format(Locale.ROOT, "%.1f ms", ms)
        : String.format(Locale.ROOT, "%.2f ms", ms);
  }

  /** Seconds as a clock shows them: {@code 0:07}, {@code 3:00}, {@code 1:02:03}. */
  public static String clock(long seconds) {
    return seconds < 3_600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60,
            seconds % 60);
  }

  /** A count with its thousands set apart. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
