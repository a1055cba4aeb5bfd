package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PromptnessTest {

  private static final Path SCHEDULING = Path.of("/proc/thread-self/sched");
  private static final Pattern SLICE = Pattern.compile("se\\.slice +: +([0-9]+)");

  @Test
  void a_prompt_thread_is_woken_without_slack() throws Exception {
    assumeTrue(Files.exists(slack()), "the kernel tells of no slack");

    assertThat(ofAPromptThread(() -> Files.readString(slack()).strip())).isEqualTo("1");
  }

  @Test
  void a_prompt_thread_has_a_short_slice_where_the_kernel_gives_one() throws Exception {
    assumeTrue(Files.exists(SCHEDULING), "the kernel tells of no slices");
    Matcher usual = SLICE.matcher(Files.readString(SCHEDULING));
    assumeTrue(usual.find(), "the kernel tells of no slices");

    Matcher prompt = SLICE.matcher(ofAPromptThread(() -> Files.readString(SCHEDULING)));

    assertThat(prompt.find()).isTrue();
    assertThat(Long.parseLong(prompt.group(1)))
        .isLessThan(Long.parseLong(usual.group(1)))
        .isEqualTo(100_000);
  }

  @Test
  void compilers_stand_back_and_who_calls_does_not() throws IOException {
    Path threads = Path.of("/proc/self/task");
    assumeTrue(Files.exists(threads), "the kernel tells of no threads");
    int usual = nice(Path.of("/proc/thread-self").toRealPath());

    Promptness.ofCompilers();

    try (Stream<Path> all = Files.list(threads)) {
      assertThat(all.filter(PromptnessTest::isCompiler).map(PromptnessTest::nice)).isNotEmpty()
          .containsOnly(10);
    }
    assertThat(nice(Path.of("/proc/thread-self").toRealPath())).isEqualTo(usual);
  }

  private static boolean isCompiler(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).contains("Compiler");
    } catch (IOException e) {
      return false; // It has ended meanwhile.
    }
  }

  /** The 19th field of stat in proc(5), counted behind the name, which may have blanks. */
  private static int nice(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the calling thread. */
  private static Path slack() throws IOException {
    Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    return Path.of("/proc").resolve(thread.getFileName()).resolve("timerslack_ns");
  }

  private static String ofAPromptThread(Callable<String> look)
      throws IOException, InterruptedException, ExecutionException {
    try (var thread = Executors.newSingleThreadExecutor()) {
      return thread.submit(() -> {
        Promptness.ofCurrentThread();
        return look.call();
      }).get();
    }
  }
}
