package dev.muster.plan.load;

/** What somebody asked of a run's load while it was on. */
public sealed interface LoadChange {

  /** From when on it holds, in nanoseconds since the start instant; not negative. */
  long atNanos();

  /**
   * So many users from now on to the end of the load, in place of what the plan says of that time.
   *
   * @param users at least 1
   */
  record Scale(long atNanos, int users) implements LoadChange {

    public Scale {
      check(atNanos);
      if (users < 1) {
        throw new IllegalArgumentException("a load of " + users + " users");
      }
    }
  }

  /** Nothing is due any more. */
  record Pause(long atNanos) implements LoadChange {

    public Pause {
      check(atNanos);
    }
  }

  /** The load goes on where the pause before it began. */
  record Resume(long atNanos) implements LoadChange {

    public Resume {
      check(atNanos);
    }
  }

  private static void check(long atNanos) {
    if (atNanos < 0) {
      throw new IllegalArgumentException("a change at " + atNanos);
    }
  }
}
