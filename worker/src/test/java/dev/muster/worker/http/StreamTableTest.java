package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which stream has which id. */
class StreamTableTest {

  @Test
  void ids_rise_are_odd_and_lead_to_their_streams_whatever_was_removed() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var table = new StreamTable();
      Map<Integer, Http2Stream> open = new HashMap<>();
      int most = 1 + random.nextInt(40);
      for (int step = 0; step < 500; step++) {
        if (open.size() < most && random.nextBoolean()) {
          int before = table.lastId();
          var stream = new Http2Stream();
          int id = table.add(stream);
          stream.open(id, 0, 0);
          open.put(id, stream);
          assertThat(id).as("seed %d", seed).isGreaterThan(before).isOdd();
          assertThat(table.lastId()).isEqualTo(id);
        } else if (!open.isEmpty()) {
          int id = open.keySet().stream().skip(random.nextInt(open.size())).findFirst().orElse(0);
          table.remove(Objects.requireNonNull(open.remove(id)));
          assertThat(table.get(id)).as("seed %d", seed).isNull();
        }
        assertThat(table.size()).as("seed %d", seed).isEqualTo(open.size());
        assertThat(table.above(0)).as("seed %d", seed).hasSameElementsAs(open.values());
        open.forEach((id, stream) -> assertThat(table.get(id)).isSameAs(stream));
      }
    }
  }
}
