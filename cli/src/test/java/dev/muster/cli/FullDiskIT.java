package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.Muster.Ended;
import dev.muster.coordinator.report.Summary;
import dev.muster.coordinator.report.SummaryJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator whose data is on a file system of its own, which is small. */
class FullDiskIT {

  @TempDir
  private Path folder = Path.of("");

  private Path disk = Path.of("");

  @BeforeEach
  void mount() throws IOException {
    Installed.assumeRoot("a file system of its own");
    disk = Files.createDirectory(folder.resolve("disk"));
    Muster.execute("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString());
  }

  @AfterEach
  void unmount() {
    if (Files.exists(disk.resolve("."))) {
      Muster.execute("umount", "--lazy", disk.toString());
    }
  }

  @Test
  void a_disk_that_is_full_for_a_while_costs_nothing() throws IOException {
    try (Cluster cluster = Cluster.start(folder, 2, "--data", disk.resolve("data").toString());
        RecordingServer server = RecordingServer.start();
        Muster submit = cluster.start("submit", plan(server), "-w", "2", "--out", "out")) {
      server.await(40);
      Path ballast = disk.resolve("ballast");
      fill(ballast);
      submit.awaitProgress("cannot store what is measured");
      server.await(server.requests().size() + 60);
      Files.delete(ballast);
      submit.awaitProgress("can store again");

      Ended ended = submit.awaitEnd();
      assertThat(ended.exitCode()).describedAs(ended.toString()).isIn(0, 4);
      Summary run = SummaryJson.read(folder.resolve("out/full_10/summary.json"));
      assertThat(run.ledger().lost()).isZero();
      assertThat(run.ledger().sent()).isEqualTo(server.requests().size());
      assertThat(run.verdict().reasons()).noneMatch(reason -> reason.contains("out of touch"));
    }
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(file).exists();
    }
  }

  private String plan(RecordingServer server) {
    return Muster.plan(folder, """
        name: full
        target: %s
        scenario: [ { get: / }, { think: 250ms..350ms } ]
        load: { users: 10, duration: 14s }
        """.formatted(server.address()));
  }
}
