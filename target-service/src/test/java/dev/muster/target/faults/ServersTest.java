package dev.muster.target.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.target.faults.Servers.Begun;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServersTest {
  @Test
  void as_many_as_there_are_servers_are_served_at_once() {
    var servers = new Servers<String>(2);
    assertThat(servers.enter("a", 0)).isTrue();
    assertThat(servers.enter("b", 1)).isTrue();
    assertThat(servers.enter("c", 2)).isFalse();
  }

  @Test
  void without_a_number_all_are_served_at_once() {
    var servers = new Servers<Integer>(0);
    for (int i = 0; i < 1_000; i++) {
      assertThat(servers.enter(i, i)).isTrue();
    }
  }

  @Test
  void those_who_wait_begin_in_the_order_of_their_arrival() {
    var servers = new Servers<String>(1);
    servers.enter("a", 0);
    servers.enter("b", 1);
    servers.enter("c", 2);
    assertThat(servers.leave(10)).containsExactly(new Begun<>("b", 10));
    assertThat(servers.leave(20)).containsExactly(new Begun<>("c", 20));
    assertThat(servers.leave(30)).isEmpty();
  }

  @Test
  void whoever_came_after_a_server_was_free_begins_when_he_came() {
    var servers = new Servers<String>(1);
    servers.enter("a", 0);
    // The end of a, at 10, is noticed only after b has come.
    servers.enter("b", 15);
    assertThat(servers.leave(10)).containsExactly(new Begun<>("b", 15));
  }

  @Test
  void one_who_is_taken_back_waits_no_longer() {
    var servers = new Servers<String>(1);
    servers.enter("a", 0);
    servers.enter("b", 1);
    servers.enter("c", 2);
    assertThat(servers.remove("b")).isTrue();
    assertThat(servers.remove("a")).isFalse();
    assertThat(servers.leave(10)).containsExactly(new Begun<>("c", 10));
  }

  @Test
  void more_servers_let_the_next_begin_and_fewer_let_all_finish() {
    var servers = new Servers<String>(1);
    servers.enter("a", 0);
    servers.enter("b", 1);
    servers.enter("c", 2);
    servers.enter("d", 3);
    assertThat(servers.resize(2, 5)).containsExactly(new Begun<>("b", 5));
    assertThat(servers.resize(1, 6)).isEmpty();
    assertThat(servers.leave(10)).isEmpty();
    assertThat(servers.leave(20)).containsExactly(new Begun<>("c", 20));
    assertThat(servers.resize(0, 25)).containsExactly(new Begun<>("d", 25));
  }

  @Test
  void when_all_are_busy_exactly_n_are_served_in_each_service_time_however_late_ends_are_noticed() {
    long service = 27_000;
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      int n = 1 + random.nextInt(6);
      int requests = n * 100;
      var servers = new Servers<Integer>(n);
      var ends = new PriorityQueue<Long>();
      var begins = new ArrayList<Long>();
      for (int i = 0; i < requests; i++) {
        if (servers.enter(i, 0)) {
          begins.add(0L);
          ends.add(service);
        }
      }
      // Their ends are told in any order within a while, and late: only the instants count.
      while (!ends.isEmpty()) {
        List<Long> noticed = new ArrayList<>();
        for (int i = random.nextInt(n); i >= 0 && !ends.isEmpty(); i--) {
          noticed.add(ends.poll());
        }
        for (long end : noticed) {
          for (var begun : servers.leave(end)) {
            begins.add(begun.nanos());
            ends.add(begun.nanos() + service);
          }
        }
      }
      assertThat(begins).as("seed " + seed).hasSize(requests);
      for (int i = 0; i < requests; i++) {
        assertThat(begins.get(i)).as("request %s of seed %s", i, seed)
            .isEqualTo(i / n * service);
      }
    }
  }
}
