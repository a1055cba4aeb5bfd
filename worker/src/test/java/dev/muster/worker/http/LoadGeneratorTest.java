package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.RunPlan;
import dev.muster.plan.load.LaneState;
import dev.muster.plan.load.Share;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.worker.Plans;
import dev.muster.worker.guard.Guard;
import dev.muster.worker.record.Histograms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Lanes that come to event loops and go from there. */
class LoadGeneratorTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

  @Test
  void lanes_that_were_let_go_can_be_taken_away_before_they_have_gone() throws Exception {
    var gone = new LinkedBlockingQueue<LaneState>();
    try (var server = RawServer.answering(OK);
        var generator = new LoadGenerator(
            1, List.of(), new Histograms(),
            new Guard("tester", AllowedTargets.of(List.of("127.0.0.0/8")), null))) {
      RunPlan run = Plans.of(get("/"), think(100))
          .target(server.url())
          .users(3)
          .lasting(Duration.ofSeconds(30))
          .run();
      try (var load = generator.prepare(run)) {
        load.start(Share.of(0, 1, run.lanes()), System.nanoTime(), (_, _) -> {}, gone::addAll);

        load.letGo(List.of(0, 1, 2), false);
        load.letGo(List.of(0, 1, 2), true);

        assertThat(lanes(gone, 3)).containsExactlyInAnyOrder(0, 1, 2);
        // Had one been told of twice, that would come before what follows.
        load.take(List.of(LaneState.lost(1, 7)));
        load.letGo(List.of(1), true);
        assertThat(lanes(gone, 1)).containsExactly(1);
      }
    }
  }

  private static List<Integer> lanes(LinkedBlockingQueue<LaneState> gone, int count)
      throws InterruptedException {
    var lanes = new ArrayList<Integer>();
    while (lanes.size() < count) {
      LaneState next = gone.poll(30, TimeUnit.SECONDS);
      assertThat(next).as("after %s", lanes).isNotNull();
      lanes.add(next.lane());
    }
    return lanes;
  }
}
