package dev.muster.plan.document;

import java.util.Comparator;

/** Where something was written. Places sort as one meets them: the file, then the overrides. */
public sealed interface Place extends Comparable<Place> {

  /** In the file; line and column count from 1. */
  record InFile(int line, int column) implements Place {}

  /**
   * In an override of the command line.
   *
   * @param index which one, counted from 0
   * @param text the override as written, such as {@code load.users=100}
   */
  record InOverride(int index, String text) implements Place {}

  /** The beginning of the file. */
  static Place start() {
    return new InFile(1, 1);
  }

  @Override
  default int compareTo(Place other) {
    return switch (this) {
      case InFile here -> other instanceof InFile there
          ? Comparator.comparingInt(InFile::line)
              .thenComparingInt(InFile::column)
              .compare(here, there)
          : -1;
      case InOverride here -> other instanceof InOverride there
          ? Integer.compare(here.index(), there.index())
          : 1;
    };
  }
}
