package dev.muster.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.FollowResponse;
import dev.muster.v1.Progress;
import dev.muster.v1.RunStarted;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveViewTest {

  @Test
  void what_machines_cost_is_shown_where_it_is_known_and_only_there() {
    for (boolean live : List.of(true, false)) {
      assertThat(shown(live, "1.2345")).as("live: %s", live).contains("p99 2.00 ms  1.23 USD  ");
      assertThat(shown(live, "")).as("live: %s", live)
          .contains("p99 2.00 ms  ")
          .doesNotContain("USD");
    }
  }

  private static String shown(boolean live, String costUsd) {
    var out = new ByteArrayOutputStream();
    var view = new LiveView(new PrintStream(out, true, StandardCharsets.UTF_8), live, 200);
    view.show(
        FollowResponse.newBuilder()
            .setRunStarted(RunStarted.newBuilder().setUsers(4).setDurationNanos(60_000_000_000L))
            .build());
    view.show(
        FollowResponse.newBuilder()
            .setProgress(
                Progress.newBuilder().setTick(4).setTotalP99Micros(2_000).setCostUsd(costUsd))
            .build());
    return out.toString(StandardCharsets.UTF_8);
  }
}
