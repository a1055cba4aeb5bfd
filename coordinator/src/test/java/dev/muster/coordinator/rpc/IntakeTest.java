package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.JoinResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many messages a stream is asked for; one that waits is one that came and is not dealt with. */
class IntakeTest {

  private static final int BYTES = 100;

  private final Map<CountingStream<?>, Integer> came = new HashMap<>();
  private final WaitingBytes all = new WaitingBytes(5 * BYTES);

  @Test
  void all_streams_together_wait_with_so_many_bytes_and_each_with_one_message_more() {
    var first = new CountingStream<JoinResponse>();
    var intake = new Intake(first, all);
    int came = comeAsAsked(first, intake);
    assertThat(came).isEqualTo(5);

    var second = new CountingStream<JoinResponse>();
    assertThat(comeAsAsked(second, new Intake(second, all))).as("of another stream").isEqualTo(1);

    intake.handled();
    assertThat(comeAsAsked(first, intake)).as("six still wait, five may").isEqualTo(5);
    intake.handled();
    intake.handled();
    assertThat(comeAsAsked(first, intake)).as("five of both are below the bound").isGreaterThan(5);
  }

  @Test
  void a_stream_that_does_not_read_what_it_is_sent_is_asked_for_nothing_until_it_does() {
    var stream = new CountingStream<JoinResponse>();
    var intake = new Intake(stream, all);
    stream.isRead(false);
    intake.came(BYTES);
    intake.handled();
    assertThat(stream.asked).as("asked for at first").hasValue(1);

    stream.isRead(true);

    assertThat(stream.asked).hasValue(2);
  }

  /** Brings what the stream was asked for, until it is asked for no more; returns how many have come. */
  private int comeAsAsked(CountingStream<?> stream, Intake intake) {
    int come = came.getOrDefault(stream, 0);
    while (come < stream.asked.get()) {
      come++;
      intake.came(BYTES);
    }
    came.put(stream, come);
    return come;
  }
}
