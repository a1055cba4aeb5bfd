package dev.muster.worker.http;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the kernel wake event loops on time, and lets them go first. Nothing of it needs a permission, and where the
 * kernel knows no such setting nothing changes.
 */
final class Promptness {

  private static final Logger LOG = LoggerFactory.getLogger(Promptness.class);

  /**
   * The shortest slice of a core that a thread can ask for. One that wakes takes the core at once from a
   * thread with a longer slice, which else would keep it for what is left of its own, some 3 ms: in
   * the first seconds that is the JVM's compiler (the kernel's sched-eevdf documentation; since Linux
   * 6.12).
   */
  private static final long SLICE_NANOS = 100_000;

  /** Of sched_setattr(2), and of the record that it takes; the number of sched_getattr is the next one. */
  private static final long SET_ON_X86_64 = 314;
  private static final long SET_ON_AARCH64 = 274;
  private static final int RECORD_BYTES = 48;
  private static final int RUNTIME_OFFSET = 24;

  /** Beside event loops that want a whole core it is a tenth of one (sched(7)). */
  private static final int NICE_OF_COMPILERS = 10;

  /** Of setpriority(2): a single thread is meant. */
  private static final int PRIO_PROCESS = 0;

  private Promptness() {}

  /**
   * Has the JVM's compilers stand back, for good: those that are there now, and those that they start. An event loop
   * that needs more than half of a core would else be late for as long as they work beside it, as the kernel deals
   * it out fairly.
   */
  static void ofCompilers() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      MethodHandle setPriority = setPriority();
      for (Path thread : threads) {
        if (isCompiler(thread)) {
          standBack(setPriority, Integer.parseInt(thread.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      LOG.debug("The compiler may make event loops late, as its threads are not told of here", e);
    }
  }

  private static boolean isCompiler(Path thread) {
    try {
      // As the kernel cuts "C1 CompilerThread0".
      return Files.readString(thread.resolve("comm")).matches("C[12] CompilerThre\\s*");
    } catch (IOException e) {
      return false; // It has ended meanwhile.
    }
  }

  private static void standBack(MethodHandle setPriority, int thread) {
    try {
      int result = (int) setPriority.invokeExact(PRIO_PROCESS, thread, NICE_OF_COMPILERS);
      if (result != 0) {
        LOG.debug("The compiler may make event loops late, as the kernel does not put it back");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("a function of C could not be called", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle setPriority() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("setpriority"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT));
  }

  /** Has the calling thread woken on time. */
  static void ofCurrentThread() {
    noSlack();
    shortSlice();
  }

  /**
   * By default the kernel may wake a thread up to 50 µs later than asked, to wake several at once
   * (timerslack_ns in proc(5)).
   */
  private static void noSlack() {
    try {
      // The link ends in the thread's own number, under which there is a folder as for a process.
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Files.writeString(
          Path.of("/proc").resolve(thread.getFileName()).resolve("timerslack_ns"), "1");
    } catch (IOException e) {
      LOG.debug("The event loop may be woken up to 50 µs late, as its slack cannot be set", e);
    }
  }

  private static void shortSlice() {
    long set = switch (System.getProperty("os.name") + " " + System.getProperty("os.arch")) {
      case "Linux amd64" -> SET_ON_X86_64;
      case "Linux aarch64" -> SET_ON_AARCH64;
      default -> -1;
    };
    if (set < 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment record = arena.allocate(RECORD_BYTES);
      MethodHandle call = systemCall();
      // What is there already, such as a nice value, stays.
      long result = (long) call.invokeExact(set + 1, 0, record, RECORD_BYTES, 0);
      if (result == 0) {
        record.set(ValueLayout.JAVA_LONG, RUNTIME_OFFSET, SLICE_NANOS);
        result = (long) call.invokeExact(set, 0, record, 0, 0);
      }
      if (result != 0) {
        LOG.debug("The event loop may wait for other threads, as the kernel gives no short slices");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("a system call could not be made", e);
    }
  }

  /** syscall(2), with four arguments of which the second is an address. */
  @SuppressWarnings("restricted")
  private static MethodHandle systemCall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
        Linker.Option.firstVariadicArg(1));
  }
}
