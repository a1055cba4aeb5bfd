package dev.muster.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.muster.v1.Failure;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.engine.Script.SeriesName;
import dev.muster.worker.record.Histograms;
import dev.muster.worker.record.LoopTick;
import dev.muster.worker.record.TickRecorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TickAssemblerTest {

  private static final List<SeriesName> NAMES = List.of(
      new SeriesName("GET", "/a"), new SeriesName("POST", "/b"));

  private final Histograms histograms = new Histograms();
  private final List<LoopTick> made = new ArrayList<>();
  private final TickRecorder recorder = new TickRecorder(2, histograms, made::add);
  private final TickAssembler assembler = new TickAssembler("run", NAMES, 2, histograms);

  @Test
  void a_snapshot_waits_for_every_loop() {
    assembler.add(0, tick(0, 1, 0, false));
    assembler.add(0, tick(1, 1, 0, false));
    assertThat(assembler.next()).isEmpty();

    assembler.add(1, tick(0, 2, 0, false));

    assertThat(assembler.next()).map(Snapshot.Builder::getTick).contains(0L);
    assertThat(assembler.next()).isEmpty();
  }

  @Test
  void what_the_loops_counted_is_added() {
    recorder.sent();
    recorder.dropped();
    recorder.answered(0, 10, 0, 1_000_000, 1_000_000, 5_000_000);
    recorder.refused(1, "status_503", 7, 0, 0, 0, 1_000_000);
    assembler.add(0, tick(0, 3, 1, false));
    recorder.sent();
    recorder.sent();
    recorder.dropped();
    recorder.dropped();
    recorder.answered(0, 20, 0, 2_000_000, 2_000_000, 9_000_000);
    recorder.failed(1, FailureKind.RESET, 0, 0, 0, 1_000_000);
    recorder.refused(1, "status_503", 7, 0, 0, 0, 1_000_000);
    assembler.add(1, tick(0, 4, 2, false));

    Snapshot snapshot = next();

    assertThat(snapshot.getRunId()).isEqualTo("run");
    assertThat(snapshot.getUsers()).isEqualTo(7);
    assertThat(snapshot.getSent()).isEqualTo(3);
    assertThat(snapshot.getDropped()).isEqualTo(3);
    assertThat(snapshot.getInFlight()).isEqualTo(3);
    assertThat(snapshot.getSeriesList())
        .extracting(
            Series::getMethod, Series::getName, Series::getOutcome, Series::getCount,
            Series::getBodyBytes)
        .containsExactly(
            tuple("GET", "/a", Outcome.OUTCOME_ANSWERED, 2L, 30L),
            tuple("POST", "/b", Outcome.OUTCOME_FAILED, 3L, 14L));
    assertThat(snapshot.getFailuresList())
        .extracting(Failure::getMethod, Failure::getName, Failure::getKind, Failure::getCount)
        .containsExactly(
            tuple("POST", "/b", "reset", 1L), tuple("POST", "/b", "status_503", 2L));
  }

  @Test
  void histograms_decode_to_the_sum_of_the_loops() {
    for (int seed = 0; seed < 30; seed++) {
      var random = new Random(seed);
      var response = new Histogram(1, Histograms.MAX_MICROS, 3);
      var service = response.copy();
      var lag = response.copy();
      var both = new TickAssembler("run", NAMES, 2, histograms);
      for (int loop = 0; loop < 2; loop++) {
        int count = random.nextInt(2_000);
        for (int i = 0; i < count + 1; i++) {
          long began = 1_000 * random.nextLong(1, 100_000);
          long end = began + 1_000 * random.nextLong(1, 3_000_000);
          recorder.answered(0, 0, 0, began, began, end);
          response.recordValue(end / 1_000);
          service.recordValue((end - began) / 1_000);
          lag.recordValue(began / 1_000);
        }
        both.add(loop, tick(0, 0, 0, true));
      }

      Series series = both.next().orElseThrow().build().getSeries(0);

      assertThat(decoded(series.getResponseTime())).as("seed %d", seed).isEqualTo(response);
      assertThat(decoded(series.getServiceTime())).as("seed %d", seed).isEqualTo(service);
      assertThat(decoded(series.getScheduleLag())).as("seed %d", seed).isEqualTo(lag);
      assertThat(series.getCount()).as("seed %d", seed).isEqualTo(response.getTotalCount());
    }
  }

  @Test
  void the_parts_of_requests_are_added_and_left_out_where_there_are_none() {
    recorder.connected(0, 2_000_000);
    assembler.add(0, tick(0, 1, 0, true));
    recorder.connected(0, 4_000_000);
    recorder.firstByte(0, 7_000_000);
    assembler.add(1, tick(0, 1, 0, true));

    Snapshot snapshot = next();

    assertThat(decoded(snapshot.getConnectTime()).getTotalCount()).isEqualTo(2);
    assertThat(decoded(snapshot.getConnectTime()).getMinValue()).isEqualTo(2_000);
    assertThat(decoded(snapshot.getTimeToFirstByte()).getTotalCount()).isEqualTo(1);
    assertThat(snapshot.getTlsTime().isEmpty()).isTrue();
  }

  @Test
  void a_loop_that_ended_earlier_counts_zero_but_for_what_it_left_in_flight() {
    assembler.add(0, tick(0, 1, 1, false));
    assembler.add(1, tick(0, 5, 4, true));
    assembler.add(0, tick(1, 2, 1, false));
    assembler.add(0, tick(2, 3, 2, true));

    assertThat(List.of(next(), next(), next()))
        .extracting(
            Snapshot::getTick, Snapshot::getUsers, Snapshot::getInFlight, Snapshot::getLast)
        .containsExactly(
            tuple(0L, 6, 5L, false), tuple(1L, 2, 5L, false), tuple(2L, 3, 6L, true));
    assertThat(assembler.next()).isEqualTo(Optional.empty());
  }

  private Snapshot next() {
    return assembler.next().orElseThrow().build();
  }

  /** A tick with what the recorder has been told since the one before. */
  private LoopTick tick(long number, int users, int inFlight, boolean last) {
    recorder.tickEnded(number, users, inFlight, last);
    return made.getLast();
  }

  private static Histogram decoded(ByteString bytes) {
    return Histogram.decodeFromByteBuffer(
        ByteBuffer.wrap(bytes.toByteArray()), Histograms.MAX_MICROS);
  }
}
