package dev.muster.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.v1.FollowResponse;
import dev.muster.v1.Progress;
import org.junit.jupiter.api.Test;

class FollowerTest {

  @Test
  void one_who_does_not_read_misses_seconds_and_no_event() {
    var stream = new CountingStream<FollowResponse>();
    var follower = new Follower(stream, null);
    follower.tell(progress(0));
    stream.isRead(false);
    follower.tell(progress(1));
    follower.tell(Messages.runEnded("r", "{}"));
    stream.isRead(true);
    follower.tell(progress(2));

    assertThat(stream.said())
        .containsExactly(progress(0), Messages.runEnded("r", "{}"), progress(2));
  }

  private static FollowResponse progress(long tick) {
    return FollowResponse.newBuilder().setProgress(Progress.newBuilder().setTick(tick)).build();
  }
}
