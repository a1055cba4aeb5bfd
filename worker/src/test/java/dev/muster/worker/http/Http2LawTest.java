package dev.muster.worker.http;

import static dev.muster.worker.Plans.get;
import static dev.muster.worker.Plans.think;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Connections;
import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.Plans;
import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each request over HTTP/2 has one outcome; that they add up to what was sent is held by Loads. */
class Http2LawTest {

  private static final List<Http2Error> ERRORS = List.of(Http2Error.values());

  @Test
  void whatever_a_target_does_each_request_has_one_outcome() {
    long answered = 0;
    long failed = 0;
    for (int seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      int allowed = 1 + random.nextInt(6);
      Connections policy = List.of(Connections.values()).get(seed % 3);
      // One thread serves all connections, so the same seed does the same things.
      try (var server = Http2Server.allowing(allowed, request -> misbehave(request, random))) {
        var outcome = Loads.of(
            Plans.of(get("/"), post("x".repeat(70_000)), think(0, 5))
                .version(Version.HTTP_2)
                .target(server.url())
                .connections(policy)
                .streams(4)
                .users(8)
                .timeout(Duration.ofMillis(50))
                .drain(Duration.ofMillis(20))
                .lasting(Duration.ofMillis(150)));
        answered += outcome.answered();
        failed += outcome.failed();
      }
    }
    assertThat(answered).isPositive();
    assertThat(failed).isPositive();
  }

  private static void misbehave(Http2Server.Request request, Random random) {
    switch (random.nextInt(16)) {
      case 0 -> request.reset(ERRORS.get(random.nextInt(ERRORS.size())));
      case 1 -> request.goAway(random.nextInt(2 * request.stream()));
      case 2 -> {
        request.goAway(request.stream());
        request.answer(200, "bye");
      }
      case 3 -> {
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        request.raw(noise);
      }
      case 4 -> {
        request.head(200, false);
        request.close();
      }
      case 5 -> request.close();
      case 6 -> {
        // No answer at all.
      }
      case 7 -> request.head(200, false);
      case 8 -> request.dataUnasked("of nobody");
      // Settings that allow no stream, and a window of nothing.
      case 9 -> request.raw((byte) 0, (byte) 0, (byte) 12, (byte) 4, (byte) 0, (byte) 0, (byte) 0,
          (byte) 0, (byte) 0, (byte) 0, (byte) 3, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0,
          (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
      default -> request.answer(random.nextInt(4) == 0 ? 503 : 200, "hi");
    }
  }

  private static Step post(String body) {
    return new Step.Request(
        Step.Method.POST, Template.literal("/"), "/", List.of(), Template.literal(body), null,
        List.of());
  }
}
