package dev.muster.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a certificate may do. */
public enum Role {
  /** Join and send load. */
  WORKER(1),
  /** Everything that people may: submit, stop, revoke, and all that a viewer may. */
  OPERATOR(2),
  /** Look at runs and fetch results. */
  VIEWER(3);

  /** What tokens have it as. */
  private final byte code;

  Role(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static Role of(byte code) {
    return Arrays.stream(values())
        .filter(role -> role.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such role"));
  }

  /** As certificates, options and messages have it, such as {@code operator}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** With its article, for a sentence, such as {@code an operator}. */
  public String phrase() {
    return (this == OPERATOR ? "an " : "a ") + word();
  }

  /** The role with this {@link #word}. */
  public static Optional<Role> of(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
