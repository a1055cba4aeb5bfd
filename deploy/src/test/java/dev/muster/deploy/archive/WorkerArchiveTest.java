package dev.muster.deploy.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerArchiveTest {

  @TempDir
  private Path folder = Path.of("");

  private List<Path> classPath = List.of();

  @BeforeEach
  void write() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("worker/target/classes/a"));
    Files.writeString(classes.resolve("B.class"), "b");
    classPath = List.of(
        jar("netty.jar", "io/netty/X.class"), jar("ec2.jar", "software/amazon/awssdk/X.class"),
        folder.resolve("worker/target/classes"));
  }

  @Test
  void it_holds_what_a_worker_needs_and_nothing_that_launches_others() throws IOException {
    WorkerArchive.write(classPath, folder.resolve("a.tar.gz"));

    Map<String, Integer> modes = read(folder.resolve("a.tar.gz"));
    assertThat(modes).hasSize(3)
        .containsEntry("bin/muster", 0755)
        .containsEntry("lib/netty.jar", 0644);
    assertThat(modes.keySet()).anyMatch(name -> name.endsWith("worker-target-classes.jar"));
  }

  @Test
  void the_same_makes_the_same_bytes_in_whatever_order_it_is_given() throws IOException {
    String first = WorkerArchive.write(classPath, folder.resolve("a.tar.gz"));
    String second = WorkerArchive.write(classPath.reversed(), folder.resolve("b.tar.gz"));

    assertThat(first).matches("[0-9a-f]{64}").isEqualTo(second);
    assertThat(folder.resolve("a.tar.gz")).hasSameBinaryContentAs(folder.resolve("b.tar.gz"));
  }

  private Path jar(String name, String entry) throws IOException {
    Path file = folder.resolve(name);
    try (var jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.putNextEntry(new JarEntry(entry));
      jar.closeEntry();
    }
    return file;
  }

  private static Map<String, Integer> read(Path file) throws IOException {
    var modes = new HashMap<String, Integer>();
    try (var tar = new TarArchiveInputStream(
        new GzipCompressorInputStream(Files.newInputStream(file)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        modes.put(entry.getName(), entry.getMode());
      }
    }
    return modes;
  }
}
