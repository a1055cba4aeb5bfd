package dev.muster.target.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The header that tells when an answer was made; made once a second. Safe for use by many threads. */
final class DateLine {
  private volatile Line last = Line.of(0);

  private record Line(long second, String text) {
    static Line of(long second) {
      var date = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
      return new Line(
          second, "Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(date) + "\r\n");
    }
  }

  /** The line of this moment with its line break, in ASCII. */
  String now() {
    long second = System.currentTimeMillis() / 1_000;
    var line = last;
    if (line.second() != second) {
      line = Line.of(second);
      last = line;
    }
    return line.text();
  }
}
