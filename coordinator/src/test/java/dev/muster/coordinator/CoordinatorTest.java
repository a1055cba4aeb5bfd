package dev.muster.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorTest {

  @TempDir
  private Path data = Path.of("");

  @Test
  void a_data_folder_has_one_coordinator_at_a_time() throws IOException {
    try (var first = Coordinator.start(inData(), new Door.Open())) {
      assertThat(first.port()).isPositive();
      assertThatThrownBy(() -> Coordinator.start(inData(), new Door.Open()))
          .isInstanceOf(IOException.class)
          .hasMessage("another coordinator works in this folder");
    }
    try (var next = Coordinator.start(inData(), new Door.Open())) {
      assertThat(next.port()).isPositive();
    }
  }

  @Test
  void a_coordinator_that_cannot_listen_leaves_its_folder_free() throws IOException {
    try (var other = Coordinator.start(
        new CoordinatorOptions("127.0.0.1", 0, data.resolve("other")),
        new Door.Open())) {
      var taken = new CoordinatorOptions("127.0.0.1", other.port(), data);
      assertThatThrownBy(() -> Coordinator.start(taken, new Door.Open()))
          .isInstanceOf(IOException.class);
    }
    try (var next = Coordinator.start(inData(), new Door.Open())) {
      assertThat(next.port()).isPositive();
    }
  }

  private CoordinatorOptions inData() {
    return new CoordinatorOptions("127.0.0.1", 0, data);
  }
}
