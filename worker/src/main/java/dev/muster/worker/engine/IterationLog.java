package dev.muster.worker.engine;

import java.util.Arrays;

/**
 * The iterations that users have begun since somebody last asked, the newest of each. So that others know
 * where a user stood whose worker is lost. For one thread.
 */
final class IterationLog {

  private int[] lanes;
  private long[] newest;

  /** The slots whose users have begun one, each once. */
  private int[] fresh;

  private boolean[] isFresh;
  private int size;

  IterationLog(int slots) {
    lanes = new int[slots];
    newest = new long[slots];
    fresh = new int[slots];
    isFresh = new boolean[slots];
  }

  void began(int slot, int lane, long iteration) {
    if (slot >= newest.length) {
      int length = Math.max(2 * newest.length, slot + 1);
      lanes = Arrays.copyOf(lanes, length);
      newest = Arrays.copyOf(newest, length);
      fresh = Arrays.copyOf(fresh, length);
      isFresh = Arrays.copyOf(isFresh, length);
    }
    lanes[slot] = lane;
    newest[slot] = iteration;
    if (!isFresh[slot]) {
      isFresh[slot] = true;
      fresh[size++] = slot;
    }
  }

  /** What was begun since the last call. */
  Iterations take() {
    if (size == 0) {
      return Iterations.NONE;
    }
    var lanesNow = new int[size];
    var newestNow = new long[size];
    for (int i = 0; i < size; i++) {
      int slot = fresh[i];
      lanesNow[i] = lanes[slot];
      newestNow[i] = newest[slot];
      isFresh[slot] = false;
    }
    size = 0;
    return new Iterations(lanesNow, newestNow);
  }
}
