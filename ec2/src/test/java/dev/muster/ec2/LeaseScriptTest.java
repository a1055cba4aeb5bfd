package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service that puts a machine's end off, run by a real shell that has no power over this machine. */
@SuppressWarnings("NullAway.Init")
class LeaseScriptTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int FIRST_MINUTES = 6;

  @TempDir
  private Path folder = Path.of("");

  private Path done;
  private Path lease;
  private Path mark;
  private Process service;

  @BeforeEach
  void prepare() throws IOException {
    done = Files.createFile(folder.resolve("done"));
    lease = folder.resolve("lease");
    mark = Files.createFile(folder.resolve("mark"));
    Path commands = Files.createDirectory(folder.resolve("commands"));
    for (String word : List.of("shutdown", "poweroff")) {
      command(commands.resolve(word), "echo \"" + word + " $*\" >>" + done);
    }
    command(
        commands.resolve("sleep"), "echo \"sleep $*\" >>" + done + "; exec /bin/sleep 0.02");
    String told = Orders.SETUP.script();
    String begin = "<<'LEASE'\n";
    int from = told.indexOf(begin) + begin.length();
    Files.writeString(
        folder.resolve("muster-lease"),
        told.substring(from, told.indexOf("\nLEASE\n", from))
            .replace("/var/lib/muster/lease", lease.toString())
            .replace("/run/muster-lease", mark.toString()));
  }

  private static void command(Path file, String does) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + does + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void start(Duration untilItsEnd) throws IOException {
    var builder = new ProcessBuilder(
        "bash", folder.resolve("muster-lease").toString(),
        String.valueOf(Instant.now().plus(untilItsEnd).getEpochSecond()),
        String.valueOf(FIRST_MINUTES)).inheritIO();
    builder.environment()
        .merge("PATH", "", (path, _) -> folder.resolve("commands") + ":" + path);
    service = builder.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    if (service != null) {
      service.destroyForcibly().waitFor();
    }
  }

  @Test
  void each_word_puts_the_end_off_once() throws Exception {
    start(Duration.ofHours(2));
    let(Duration.ofMinutes(15));
    await("shutdown -P +15");
    rounds();
    assertThat(ends()).containsExactly("shutdown -P +15");

    let(Duration.ofMinutes(20));
    await("shutdown -P +20");
  }

  @Test
  void nothing_puts_it_off_that_is_no_second_of_the_next_hour() throws Exception {
    start(Duration.ofHours(2));
    long now = Instant.now().getEpochSecond();
    for (String odd : List.of(
        "", "soon", "-1", "0", "9999999999", "0777777777", now + 900 + " or so", "1" + now,
        "a[$(poweroff)]", "$(poweroff)", String.valueOf(now - 10), String.valueOf(now + 7_200))) {
      write(odd);
      rounds();
    }
    Files.delete(lease);
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), now + 900 + "\n");
    Files.createSymbolicLink(lease, elsewhere);
    rounds();
    assertThat(ends()).isEmpty();

    Files.delete(lease);
    let(Duration.ofMinutes(15));
    await("shutdown -P +15");
  }

  @Test
  void it_is_not_put_off_beyond_what_the_machine_was_given() throws Exception {
    start(Duration.ofMinutes(9));
    let(Duration.ofMinutes(15));

    await("shutdown -P +9");
  }

  @Test
  void a_machine_whose_time_is_over_ends_at_once() throws Exception {
    start(Duration.ofSeconds(-1));

    await("poweroff ");
  }

  @Test
  void one_that_was_started_again_has_as_long_as_at_its_first_boot() throws Exception {
    Files.delete(mark);
    start(Duration.ofHours(2));

    await("shutdown -P +" + FIRST_MINUTES);
    rounds();
    assertThat(ends()).hasSize(1);
    assertThat(mark).exists();
  }

  private void let(Duration stay) throws IOException {
    // Half a minute less than whole ones, as minutes are rounded up.
    write(String.valueOf(Instant.now().plus(stay).minusSeconds(30).getEpochSecond()));
  }

  private void write(String word) throws IOException {
    Path half = Files.writeString(folder.resolve("half"), word + "\n");
    Files.move(half, lease, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** What was done about the end. */
  private List<String> ends() throws IOException {
    return Files.readAllLines(done).stream().filter(line -> !line.startsWith("sleep")).toList();
  }

  private void await(String line) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.readAllLines(done).contains(line)) {
      assertThat(System.nanoTime()).as(() -> "not '" + line + "' in " + done).isLessThan(deadline);
      assertThat(service.waitFor(20, TimeUnit.MILLISECONDS)).as("it has ended").isFalse();
    }
  }

  /** Waits until it has looked again, from the begin to the end. */
  private void rounds() throws Exception {
    Files.writeString(done, "sleep begins\n", StandardOpenOption.APPEND);
    long before = Files.readAllLines(done).size();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Files.readAllLines(done).size() < before + 2) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      assertThat(service.waitFor(20, TimeUnit.MILLISECONDS)).as("it has ended").isFalse();
    }
  }
}
