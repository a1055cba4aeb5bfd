package dev.muster.deploy.fleet;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Whether this process takes Ctrl-C. What it starts while it does not take it goes on ignoring it, from
 * its first instant, whatever program it is. Java's own signals cannot do this: once they ignore one
 * they never take it again.
 */
final class Interrupts {

  private static final int SIGINT = 2;

  /** What says "ignore it" where the address of a handler is expected. */
  private static final long SIG_IGN = 1;

  /** More than a {@code struct sigaction} takes on any system; its handler comes first on all. */
  private static final long ACTION_BYTES = 256;

  private static final MethodHandle SIGACTION = sigaction();

  private Interrupts() {}

  /** Starts a process. */
  interface Starting {

    /** The started process. */
    Process start() throws IOException;
  }

  /**
   * Starts a process that ignores Ctrl-C. One that is pressed in these few milliseconds is lost, and has to
   * be pressed again. Safe for use by many threads, one after the other.
   *
   * @throws IOException if it cannot be started
   */
  static synchronized Process ignoredBy(Starting starting) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ignore = arena.allocate(ACTION_BYTES, Long.BYTES);
      ignore.set(ValueLayout.JAVA_LONG, 0, SIG_IGN);
      MemorySegment before = arena.allocate(ACTION_BYTES, Long.BYTES);
      set(ignore, before);
      try {
        return starting.start();
      } finally {
        set(before, MemorySegment.NULL);
      }
    }
  }

  private static void set(MemorySegment action, MemorySegment before) {
    try {
      int status = (int) SIGACTION.invokeExact(SIGINT, action, before);
      if (status != 0) {
        throw new IllegalStateException("sigaction says " + status);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // Nothing else comes out of a function of C.
    }
  }

  // Each of our launchers allows native access, which this asks for.
  @SuppressWarnings("restricted")
  private static MethodHandle sigaction() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("sigaction"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }
}
