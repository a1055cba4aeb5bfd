package dev.muster.worker.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImdsTest {

  private final FakeMetadata metadata = new FakeMetadata();
  private final Imds imds = new Imds(metadata.address());

  @AfterEach
  void close() {
    imds.close();
    metadata.close();
  }

  @Test
  void what_is_there_is_told_to_whoever_has_a_token_and_what_is_not_is_nothing() throws Exception {
    metadata.put("instance-id", "i-1");

    assertThat(imds.read("instance-id")).contains("i-1");
    assertThat(imds.read("spot/instance-action")).isEmpty();
  }

  @Test
  void a_token_that_has_expired_is_replaced() throws Exception {
    metadata.put("instance-id", "i-1");
    assertThat(imds.read("instance-id")).contains("i-1");
    metadata.expireToken();

    assertThat(imds.read("instance-id")).contains("i-1");
  }

  @Test
  void a_service_that_fails_hangs_or_is_not_there_is_an_error_and_no_answer() {
    metadata.breaks(true);
    assertThatIOException().isThrownBy(() -> imds.read("instance-id")).withMessageContaining("500");
    metadata.breaks(false);
    metadata.hangs();
    assertThatIOException().isThrownBy(() -> imds.read("instance-id"));
    try (var nowhere = new Imds(URI.create("http://127.0.0.1:1"))) {
      assertThatIOException().isThrownBy(() -> nowhere.read("instance-id"));
    }
  }
}
