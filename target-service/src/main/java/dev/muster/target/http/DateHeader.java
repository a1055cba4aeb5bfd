package dev.muster.target.http;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The header that tells when an answer was made; made once a second. Safe for use by many threads. */
final class DateHeader {
  private volatile Value last = Value.of(0);

  private record Value(long second, AsciiString text) {
    static Value of(long second) {
      var date = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
      return new Value(
          second, new AsciiString(DateTimeFormatter.RFC_1123_DATE_TIME.format(date)));
    }
  }

  /** The value of the header at this moment. */
  AsciiString now() {
    long second = System.currentTimeMillis() / 1_000;
    var value = last;
    if (value.second() != second) {
      value = Value.of(second);
      last = value;
    }
    return value.text();
  }
}
