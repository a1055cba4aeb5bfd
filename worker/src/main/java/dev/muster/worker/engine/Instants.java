package dev.muster.worker.engine;

import java.util.Arrays;

/** Instants in order, of which those up to another are counted. For one thread. */
final class Instants {

  private long[] ascending;
  private int size;

  /** {@code ascending} is this object's from now on. */
  Instants(long[] ascending) {
    this.ascending = ascending;
    this.size = ascending.length;
  }

  Instants() {
    this(new long[0]);
  }

  void add(long instant) {
    int place = upTo(instant);
    if (size == ascending.length) {
      ascending = Arrays.copyOf(ascending, Math.max(16, 2 * size));
    }
    System.arraycopy(ascending, place, ascending, place + 1, size - place);
    ascending[place] = instant;
    size++;
  }

  /** How many are not after {@code instant}. */
  int upTo(long instant) {
    int place = Arrays.binarySearch(ascending, 0, size, instant);
    if (place < 0) {
      return -place - 1;
    }
    while (place < size && ascending[place] == instant) {
      place++;
    }
    return place;
  }
}
