package dev.muster.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A worker that holds on to so much that each of its full collections takes a while; otherwise the real
 * one.
 */
final class LadenWorker {

  /** How long a full collection is to take at least. */
  private static final long COLLECTION_NANOS = 200_000_000;

  private static final int OBJECTS = 500_000;

  private static final List<Object> LOAD = new ArrayList<>();

  private LadenWorker() {}

  public static void main(String[] arguments) {
    do {
      LOAD.add(Stream.generate(Object::new).limit(OBJECTS).toArray());
      // What was just added is moved once; later collections find it in its place.
      System.gc();
    } while (collectionNanos() < COLLECTION_NANOS);
    Main.main(arguments);
  }

  private static long collectionNanos() {
    long before = System.nanoTime();
    System.gc();
    return System.nanoTime() - before;
  }
}
