package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.LatencyStats;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesKey.Outcome;
import dev.muster.coordinator.merge.SeriesTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdrLogTest {

  @TempDir
  Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void writeTheTinyRun() throws IOException {
    file = folder.resolve("intervals.hlog");
    try (var log = new HdrLog(file, TinyRun.STARTED_AT)) {
      TinyRun.ticks().forEach(log::read);
    }
  }

  @Test
  void the_sum_of_its_lines_is_the_summary() throws IOException {
    var summary = TinyRun.summary();

    assertThat(LatencyStats.of(sum("response_time."))).isEqualTo(summary.responseTime());
    assertThat(LatencyStats.of(sum("service_time."))).isEqualTo(summary.serviceTime());
    assertThat(LatencyStats.of(sum("schedule_lag."))).isEqualTo(summary.scheduleLag());
    assertThat(LatencyStats.of(sum("connect_time"))).isEqualTo(summary.connectTime());
    assertThat(LatencyStats.of(sum("time_to_first_byte"))).isEqualTo(summary.timeToFirstByte());
    assertThat(Files.readString(file)).contains("\nTag=connect_time,0.000,1.000,0.300,HISTFAAA")
        .doesNotContain("Tag=tls_time");
  }

  @Test
  void a_line_has_its_tick_its_series_and_its_maximum_in_milliseconds() throws IOException {
    assertThat(Files.readString(file)).startsWith("#[Histogram log format version 1.3]\n")
        .contains("#[StartTime: 1787392800.250 (seconds since epoch)")
        .contains("#[Values are in microseconds; Interval_Max is in milliseconds]\n")
        .contains("\nTag=response_time.GET./customerdata/{id}.answered,0.000,1.000,20.015,HISTFAAA")
        .contains(
            "\nTag=response_time.GET./customerdata/{id}.failed,2.000,1.000,2000.895,HISTFAAA");
  }

  @Test
  void times_are_seconds_after_the_start_instant() throws IOException {
    var reader = new HistogramLogReader(file.toFile());
    var first = (Histogram) reader.nextIntervalHistogram();

    assertThat(reader.getStartTimeSec()).isEqualTo(1787392800.250);
    assertThat(first.getStartTimeStamp()).isEqualTo(TinyRun.STARTED_AT.toEpochMilli());
    assertThat(first.getEndTimeStamp()).isEqualTo(TinyRun.STARTED_AT.toEpochMilli() + 1000);
  }

  @Test
  void a_tag_holds_no_comma_space_or_line_break() {
    var key = new SeriesKey("GET", "/a b,c%\r\n\u00a0é", Outcome.FAILED);

    assertThat(HdrLog.tag("response_time", key))
        .isEqualTo("response_time.GET./a%20b%2Cc%25%0D%0A%C2%A0é.failed");
  }

  private Histogram sum(String tag) throws IOException {
    var sum = SeriesTimes.emptyHistogram();
    var reader = new HistogramLogReader(file.toFile());
    for (var line = reader.nextIntervalHistogram(); line != null; line = reader
        .nextIntervalHistogram()) {
      if (line.getTag().startsWith(tag)) {
        sum.add((Histogram) line);
      }
    }
    reader.close();
    return sum;
  }
}
