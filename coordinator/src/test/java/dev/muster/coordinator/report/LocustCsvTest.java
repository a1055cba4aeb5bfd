package dev.muster.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.coordinator.merge.MergedTick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocustCsvTest {

  @TempDir
  Path folder = Path.of("");

  @Test
  void locust_0_14_has_whole_milliseconds_and_no_last_line_break() throws IOException {
    write(CsvFormat.LOCUST_0_14, TinyRun.ticks());

    assertThat(folder.resolve("tiny_stats.csv")).hasContent("""
        "Type","Name","# requests","# failures","Median response time","Average response time",\
        "Min response time","Max response time","Average Content Size","Requests/s",\
        "Requests Failed/s","50%","66%","75%","80%","90%","95%","98%","99%","99.9%","99.99%",\
        "99.999","100%"
        "GET","/customerdata/{id}",4,1,20,513,10,2001,75,1.33,0.33,\
        20,20,20,2001,2001,2001,2001,2001,2001,2001,2001,2001
        "POST","/search, ""all""\",1,0,32,32,32,32,50,0.33,0.00,\
        32,32,32,32,32,32,32,32,32,32,32,32
        "None","Aggregated",5,1,20,416,10,2001,70,1.67,0.33,\
        20,32,32,32,2001,2001,2001,2001,2001,2001,2001,2001""");
    assertThat(text("tiny_stats.csv")).doesNotEndWith("\n");
    assertThat(text("tiny_failures.csv")).isEqualTo("""
        "Method","Name","Error","Occurrences"
        "GET","/customerdata/{id}","HTTP 503",1""");
    assertThat(folder.resolve("tiny_exceptions.csv")).doesNotExist();
  }

  @Test
  void locust_0_14_has_history_every_two_seconds_and_at_the_end() throws IOException {
    write(CsvFormat.LOCUST_0_14, TinyRun.ticks());

    assertThat(text("tiny_stats_history.csv")).isEqualTo("""
        "Type","Name","Timestamp","# requests","# failures","Requests/s","Requests Failed/s",\
        "Median response time","Average response time","Min response time","Max response time",\
        "Average Content Size","50%","66%","75%","80%","90%","95%","98%","99%","99.9%","99.99%",\
        "99.999","100%"
        "None","Aggregated","1787392802",3,0,0.00,0.00,20,17,10,20.02,100.00,\
        20,20,20,20,20,20,20,20,20,20,20,20
        "None","Aggregated","1787392803",5,1,0.00,0.00,20,416,10,2000.90,70.00,\
        20,32,32,32,2001,2001,2001,2001,2001,2001,2001,2001
        """);
  }

  @Test
  void locust_2_is_what_pythons_csv_module_writes() throws IOException {
    write(CsvFormat.LOCUST_2, TinyRun.ticks());

    assertThat(text("tiny_stats.csv")).isEqualTo("""
        Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,\
        Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,\
        50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
        GET,/customerdata/{id},4,1,20,512.601,10.0,2000.895,75.0,\
        1.3333333333333333,0.3333333333333333,20,20,20,2001,2001,2001,2001,2001,2001,2001,2001
        POST,"/search, ""all""\",1,0,32,31.608,31.6,31.615,50.0,\
        0.3333333333333333,0.0,32,32,32,32,32,32,32,32,32,32,32
        ,Aggregated,5,1,20,416.4024,10.0,2000.895,70.0,\
        1.6666666666666667,0.3333333333333333,20,32,32,32,2001,2001,2001,2001,2001,2001,2001
        """.replace("\n", "\r\n"));
    assertThat(text("tiny_failures.csv")).isEqualTo("""
        Method,Name,Error,Occurrences,First Seen,Last Seen
        GET,/customerdata/{id},HTTP 503,1,2026-08-22T10:00:02Z,2026-08-22T10:00:02Z
        """.replace("\n", "\r\n"));
    assertThat(text("tiny_exceptions.csv")).isEqualTo("Count,Message,Traceback,Nodes\r\n");
  }

  @Test
  void locust_2_has_history_every_second() throws IOException {
    write(CsvFormat.LOCUST_2, TinyRun.ticks());

    assertThat(text("tiny_stats_history.csv")).isEqualTo("""
        Timestamp,User Count,Type,Name,Requests/s,Failures/s,\
        50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,Total Request Count,\
        Total Failure Count,Total Median Response Time,Total Average Response Time,\
        Total Min Response Time,Total Max Response Time,Total Average Content Size
        1787392801,1,,Aggregated,0.000000,0.000000,10,20,20,20,20,20,20,20,20,20,20,\
        2,0,10,15.006,10.0,20.015,100.0
        1787392802,2,,Aggregated,0.000000,0.000000,20,20,20,20,20,20,20,20,20,20,20,\
        3,0,20,16.673333333333332,10.0,20.015,100.0
        1787392803,2,,Aggregated,0.000000,0.000000,20,32,32,32,2001,2001,2001,2001,2001,2001,2001,\
        5,1,20,416.4024,10.0,2000.895,70.0
        """.replace("\n", "\r\n"));
  }

  @Test
  void a_rate_in_the_history_is_the_mean_of_ten_seconds_before_the_last_two() throws IOException {
    var ticks = new ArrayList<MergedTick>();
    for (int tick = 0; tick < 20; tick++) {
      ticks.add(TinyRun.answers(tick, tick));
    }
    write(CsvFormat.LOCUST_2, ticks);

    // The last request ended in second 19: seconds 7 to 16, of 7 to 16 requests.
    assertThat(text("tiny_stats_history.csv").lines().toList().getLast()).contains(",11.500000,");
  }

  @Test
  void without_a_request_percentiles_are_not_available() throws IOException {
    write(CsvFormat.LOCUST_0_14, List.of());
    assertThat(text("tiny_stats.csv").lines().skip(1)).containsExactly(
        "\"None\",\"Aggregated\",0,0,0,0,0,0,0,0.00,0.00" + ",\"N/A\"".repeat(12));

    write(CsvFormat.LOCUST_2, List.of());
    assertThat(text("tiny_stats.csv").lines().skip(1))
        .containsExactly(",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0" + ",N/A".repeat(11));
  }

  private void write(CsvFormat format, List<MergedTick> ticks) throws IOException {
    var totals = new RunTotals();
    try (var csv = new LocustCsv(folder, "tiny", TinyRun.STARTED_AT, format, totals)) {
      for (var tick : ticks) {
        totals.read(tick);
        csv.read(tick);
      }
      csv.finish();
    }
  }

  private String text(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }
}
