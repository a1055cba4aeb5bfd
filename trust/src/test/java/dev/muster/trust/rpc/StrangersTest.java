package dev.muster.trust.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.rpc.Strangers.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class StrangersTest {

  private final Strangers<String> strangers = new Strangers<>(6, 3);

  @Test
  void who_opens_many_connections_takes_the_place_of_nobody_else() {
    assertThat(come(1, 1)).isInstanceOf(Outcome.Room.class);
    assertThat(come(2, 1)).isInstanceOf(Outcome.Room.class);
    assertThat(come(2, 2)).isInstanceOf(Outcome.Room.class);
    assertThat(come(2, 3)).isEqualTo(new Outcome.InsteadOf<>("2:1"));
    assertThat(strangers.has(address(2, 1))).isFalse();
    strangers.gone(address(2, 1));
    assertThat(come(2, 4)).isEqualTo(new Outcome.InsteadOf<>("2:2"));
    assertThat(strangers.has(address(1, 1))).isTrue();
  }

  @Test
  void who_was_let_in_is_no_stranger_and_stays() {
    for (int port = 1; port <= 5; port++) {
      assertThat(come(1, port)).isInstanceOf(Outcome.Room.class);
      strangers.letIn(address(1, port));
    }
    assertThat(strangers.has(address(1, 5))).isFalse();
    assertThat(come(1, 6)).isInstanceOf(Outcome.Room.class);
    assertThat(come(1, 7)).as("of more connections than there may be")
        .isInstanceOf(Outcome.Full.class);
    strangers.gone(address(1, 1));
    assertThat(come(1, 7)).isInstanceOf(Outcome.Room.class);
  }

  @Test
  void those_who_have_to_go_take_no_room_until_they_are_closed() {
    for (int port = 1; port <= 3; port++) {
      assertThat(come(1, port)).isInstanceOf(Outcome.Room.class);
    }
    for (int port = 4; port <= 100; port++) {
      assertThat(come(1, port)).isEqualTo(new Outcome.InsteadOf<>("1:" + (port - 3)));
    }
    assertThat(come(2, 1)).isInstanceOf(Outcome.InsteadOf.class);
  }

  private Outcome<String> come(int host, int port) {
    return strangers.come(address(host, port), host + ":" + port);
  }

  private static InetSocketAddress address(int host, int port) {
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(new byte[]{10, 0, 0, (byte) host}), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
