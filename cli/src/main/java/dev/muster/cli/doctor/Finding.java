package dev.muster.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param about what it is, in a word or two
 * @param found how it is
 * @param advice what to do about it; empty where all is well
 */
public record Finding(State state, String about, String found, String advice) {

  /** Whether it stands in the way. */
  public enum State {
    /** It does not. */
    OK,
    /** It may spoil a result. */
    WARN,
    /** A run would fail, or be INVALID. */
    FAIL;

    /** The word that people read. */
    public String word() {
      return switch (this) {
        case OK -> "ok";
        case WARN -> "warn";
        case FAIL -> "fail";
      };
    }
  }

  static Finding ok(String about, String found) {
    return new Finding(State.OK, about, found, "");
  }

  static Finding warn(String about, String found, String advice) {
    return new Finding(State.WARN, about, found, advice);
  }

  static Finding fail(String about, String found, String advice) {
    return new Finding(State.FAIL, about, found, advice);
  }
}
