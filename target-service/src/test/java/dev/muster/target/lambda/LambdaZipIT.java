package dev.muster.target.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.data.SeededCustomers;
import dev.muster.target.store.MemoryStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The zip that the build makes, treated as AWS treats it. */
@Timeout(90)
class LambdaZipIT {
  private static final Path ZIP = Path.of("target", "customer-api-lambda.zip");
  private static final int MEGABYTE = 1 << 20;

  // AWS's own part of the class path, /var/runtime/lib there.
  private static final List<String> OF_THE_RUNTIME = List.of("aws-lambda-java-runtime-interface",
      "aws-lambda-java-serialization", "utils-lite");

  @TempDir
  private Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource
  void it_runs_with_nothing_but_itself_and_the_runtime(Emulation emulation) throws Exception {
    var task = unpack();
    var options = FunctionOptions.defaults(folder.resolve("function.log"))
        .withEmulator(emulation.emulator())
        .withClassPath(classPath(task));
    try (var lambda = LambdaUnderTest.start(options, 0)) {
      var response = lambda.ask("GET", "/customerdata?id=42");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body())
          .isEqualTo(new MemoryStore(new SeededCustomers()).readings(42).orElseThrow());
      assertThat(lambda.ask("GET", "/customerdata?id=x").statusCode()).isEqualTo(400);
    }
    assertThat(options.log()).content().doesNotContain("ClassNotFound", "NoClassDef");
  }

  @Test
  void it_is_small_and_holds_neither_a_listener_nor_an_instant() throws Exception {
    assertThat(Files.size(ZIP)).isLessThan(4 * MEGABYTE);
    try (var zip = new ZipFile(ZIP.toFile())) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      assertThat(entries).extracting(ZipEntry::getName)
          .contains("dev/muster/target/lambda/CustomerFunction.class")
          .anyMatch(name -> name.startsWith("lib/jackson-core-"))
          .anyMatch(name -> name.startsWith("lib/mariadb-java-client-"))
          .noneMatch(name -> name.contains("netty"))
          .noneMatch(name -> name.contains("/http/"));
      assertThat(entries).extracting(ZipEntry::getTimeLocal)
          .containsOnly(entries.getFirst().getTimeLocal());
    }
  }

  private Path unpack() throws IOException {
    var task = folder.resolve("task");
    try (var zip = new ZipFile(ZIP.toFile())) {
      for (ZipEntry entry : zip.stream().filter(one -> !one.isDirectory()).toList()) {
        var file = task.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        try (var content = zip.getInputStream(entry)) {
          Files.copy(content, file);
        }
      }
    }
    return task;
  }

  private static String classPath(Path task) {
    var ofTheRuntime = Arrays
        .stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(jar -> OF_THE_RUNTIME.stream().anyMatch(jar::contains));
    return Stream.concat(ofTheRuntime, Stream.of(task.toString(), task.resolve("lib") + "/*"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
