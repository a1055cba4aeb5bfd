package dev.muster.coordinator.merge;

import static dev.muster.coordinator.merge.SampleSnapshots.answered;
import static dev.muster.coordinator.merge.SampleSnapshots.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.muster.v1.Generator;
import dev.muster.v1.Outcome;
import dev.muster.v1.Series;
import dev.muster.v1.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotCheckTest {

  private static final Series GOOD = SampleSnapshots.series(Outcome.OUTCOME_ANSWERED, 100, 200);
  private static final Set<SeriesKey> PLANNED = Set.of(
      new SeriesKey("GET", SampleSnapshots.NAME, SeriesKey.Outcome.ANSWERED),
      new SeriesKey("GET", SampleSnapshots.NAME, SeriesKey.Outcome.FAILED));

  @Test
  void what_a_worker_measures_passes() {
    Snapshot snapshot = answered("r", 9, 100, 200).build();

    assertThat(SnapshotCheck.checked(snapshot).message()).isEqualTo(snapshot);
    assertThat(problemIn(answered("r", 9, 100))).isEmpty();
    assertThat(problemIn(refused("r", 9, 100))).isEmpty();
  }

  @Test
  void numbers_that_count_from_elsewhere_are_refused() {
    refuses(
        answered("r", 0).setSequence(0),
        "snapshots are numbered from 1 and ticks from 0, not 0 and 0");
    refuses(
        answered("r", 0).setTick(-1),
        "snapshots are numbered from 1 and ticks from 0, not 1 and -1");
  }

  @Test
  void a_tick_beyond_the_run_is_refused() {
    assertThat(problemIn(answered("r", 10))).contains(
        "tick 10 in snapshot 11 is beyond the run, which has no more than 10 ticks");
    assertThat(problemIn(answered("r", 0).setSequence(11))).isPresent();
    assertThat(problemIn(answered("r", 0).setTick(Long.MAX_VALUE))).isPresent();
  }

  @Test
  void a_request_that_is_not_planned_is_refused() {
    Snapshot.Builder series = answered("r", 0, 100);
    series.getSeriesBuilder(0).setName("/other");
    Snapshot.Builder failure = refused("r", 0, 100);
    failure.getFailuresBuilder(0).setMethod("PUT");

    assertThat(problemIn(series))
        .contains("GET /other in snapshot 1 is no request of the plan");
    assertThat(problemIn(failure))
        .contains("PUT /customerdata/{id} in snapshot 1 is no request of the plan");
  }

  @Test
  void counts_that_are_negative_or_could_overflow_a_sum_are_refused() {
    String why = "a count of snapshot 1 is not between 0 and 1099511627776";
    refuses(answered("r", 0).setSent(-1), why);
    refuses(answered("r", 0).setSent((1L << 40) + 1), why);
    refuses(answered("r", 0).setDropped(-1), why);
    refuses(answered("r", 0).setInFlight(-1), why);
    refuses(answered("r", 0).setUsers(-1), why);
    Snapshot.Builder failure = refused("r", 0, 100);
    failure.getFailuresBuilder(0).setCount(-1);
    refuses(failure, why);
    refuses(
        GOOD.toBuilder().setBodyBytes(-1),
        "in snapshot 1, a count of /customerdata/{id} is not between 0 and 1099511627776");
    refuses(
        GOOD.toBuilder().setCount(1L << 41),
        "in snapshot 1, a count of /customerdata/{id} is not between 0 and 1099511627776");
  }

  @Test
  void every_word_that_a_worker_has_for_a_failure_passes() {
    for (String kind : List.of(
        "refused", "reset", "closed_early", "timeout", "connect_timeout", "unreachable", "dns",
        "tls", "bad_response", "http_version", "refused_stream", "no_socket", "other",
        "status_503", "status_99999", "check_status", "check_has_measures", "check_2.Body-x",
        "check_" + "N".repeat(200), "a_kind_of_tomorrow")) {
      assertThat(problemIn(failed(kind))).as(kind).isEmpty();
    }
  }

  @Test
  void a_kind_of_failure_that_is_no_word_is_refused() {
    for (String kind : List.of(
        "", "Refused", "connection refused", "<b>", "status-503", "\n", "x".repeat(41),
        "check_.", "check_a b", "check_" + "N".repeat(201))) {
      refuses(
          failed(kind),
          "a kind of failure in snapshot 1 is no word such as status_503, nor check_ and the name of "
              + "a check");
    }
  }

  private static Snapshot.Builder failed(String kind) {
    Snapshot.Builder snapshot = refused("r", 0, 100);
    snapshot.getFailuresBuilder(0).setKind(kind);
    return snapshot;
  }

  @Test
  void what_a_worker_cannot_be_doing_is_refused() {
    for (Generator.Builder impossible : List.of(
        Generator.newBuilder().setCpuNanos(-1),
        Generator.newBuilder().setProcessStallNanos(-1),
        Generator.newBuilder().setStealPerMille(-1),
        Generator.newBuilder().setOthersPerMille(1_001))) {
      refuses(
          answered("r", 0).setGenerator(impossible),
          "what snapshot 1 says of its worker is negative, or more than all of its machine");
    }
    assertThat(
        problemIn(answered("r", 0).setGenerator(Generator.newBuilder().setStealPerMille(1_000))))
        .isEmpty();
  }

  @Test
  void a_series_whose_histograms_do_not_fit_its_count_is_refused() {
    refuses(
        GOOD.toBuilder().setCount(3),
        "in snapshot 1, the histograms of /customerdata/{id} do not have 3 requests each");
    var one = SeriesTimes.emptyHistogram();
    one.recordValue(7);
    for (Series.Builder odd : new Series.Builder[]{
        GOOD.toBuilder().setResponseTime(SampleSnapshots.encoded(one)),
        GOOD.toBuilder().setServiceTime(SampleSnapshots.encoded(one)),
        GOOD.toBuilder().setScheduleLag(SampleSnapshots.encoded(one))}) {
      refuses(
          odd, "in snapshot 1, the histograms of /customerdata/{id} do not have 2 requests each");
    }
  }

  @Test
  void a_failed_series_may_have_fewer_service_times_than_requests_and_never_more() {
    Series failed = SampleSnapshots.series(Outcome.OUTCOME_FAILED, 100, 200);
    var none = SampleSnapshots.encoded(SeriesTimes.emptyHistogram());
    var three = SampleSnapshots.encoded(SampleSnapshots.histogram(1, 2, 3));

    assertThat(
        problemIn(refused("r", 0, 100).setSeries(0, failed.toBuilder().setServiceTime(none))))
        .isEmpty();
    refuses(
        failed.toBuilder().setServiceTime(three),
        "in snapshot 1, a histogram of /customerdata/{id} has more than 2 requests");
    refuses(
        GOOD.toBuilder().setServiceTime(none),
        "in snapshot 1, the histograms of /customerdata/{id} do not have 2 requests each");
    refuses(
        failed.toBuilder().setResponseTime(none),
        "in snapshot 1, the histograms of /customerdata/{id} do not have 2 requests each");
  }

  @Test
  void the_parts_of_requests_are_histograms_too() {
    var two = SampleSnapshots.encoded(SampleSnapshots.histogram(70, 80));
    var noHistogram = ByteString.copyFromUtf8("no histogram");
    String why = "in snapshot 1, a histogram of a snapshot cannot be read: it ends within its header";

    refuses(answered("r", 0).setConnectTime(noHistogram), why);
    refuses(answered("r", 0).setTlsTime(noHistogram), why);
    refuses(answered("r", 0).setTimeToFirstByte(noHistogram), why);
    refuses(
        answered("r", 0, 100).setTimeToFirstByte(two),
        "in snapshot 1, more answers have a first byte than requests ended");
    assertThat(problemIn(answered("r", 0, 100, 200).setTimeToFirstByte(two))).isEmpty();
    // A connection may be opened for a request that ends in a later tick.
    assertThat(problemIn(answered("r", 0).setConnectTime(two).setTlsTime(two))).isEmpty();
    var tooMany = SeriesTimes.emptyHistogram();
    tooMany.recordValueWithCount(70, (1L << 40) + 1);
    refuses(
        answered("r", 0).setConnectTime(SampleSnapshots.encoded(tooMany)),
        "in snapshot 1, a count of connections is not between 0 and 1099511627776");
  }

  @Test
  void bytes_that_are_no_histogram_are_refused() {
    refuses(
        GOOD.toBuilder().setResponseTime(ByteString.EMPTY),
        "in snapshot 1, a histogram of a snapshot cannot be read: it ends within its header");
  }

  @Test
  void a_series_without_an_outcome_is_refused() {
    refuses(GOOD.toBuilder().setOutcomeValue(7), "in snapshot 1, a series has no outcome");
    refuses(GOOD.toBuilder().setOutcome(Outcome.OUTCOME_UNSPECIFIED),
        "in snapshot 1, a series has no outcome");
  }

  private static Optional<String> problemIn(Snapshot.Builder snapshot) {
    return SnapshotCheck.problemOf(SnapshotCheck.checked(snapshot.build()), 10, PLANNED);
  }

  private static void refuses(Series.Builder series, String why) {
    refuses(answered("r", 0).setSeries(0, series), why);
  }

  private static void refuses(Snapshot.Builder snapshot, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SnapshotCheck.checked(snapshot.build()))
        .withMessage(why);
  }
}
