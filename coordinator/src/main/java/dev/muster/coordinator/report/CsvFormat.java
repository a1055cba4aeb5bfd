package dev.muster.coordinator.report;

import java.util.Arrays;
import java.util.Optional;

/** Whose CSV files to write, so that scripts made for them go on working. */
public enum CsvFormat {
  /** As Locust 0.14 writes them; the default. */
  LOCUST_0_14("locust-0.14"),
  /** As Locust 2 writes them, since 2.44. */
  LOCUST_2("locust-2");

  private final String text;

  CsvFormat(String text) {
    this.text = text;
  }

  /** As people write it: {@code locust-0.14} or {@code locust-2}. */
  public String text() {
    return text;
  }

  /** The format that people write as {@code text}; empty if there is none. */
  public static Optional<CsvFormat> of(String text) {
    return Arrays.stream(values()).filter(format -> format.text.equals(text)).findFirst();
  }

  LocustDialect dialect() {
    return switch (this) {
      case LOCUST_0_14 -> new Locust014();
      case LOCUST_2 -> new Locust2();
    };
  }
}
