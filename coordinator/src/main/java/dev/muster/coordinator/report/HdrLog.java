package dev.muster.coordinator.report;

import dev.muster.coordinator.merge.MergedTick;
import dev.muster.coordinator.merge.SeriesKey;
import dev.muster.coordinator.merge.SeriesTimes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * A log of histograms, version 1.3: for each tick and series a line for response time, service time
 * and schedule lag, and for each tick one for connect time, TLS time and time to first byte where there
 * were some. The sum of all lines whose tag begins with {@code response_time.} is the response time of
 * the summary, and so are the others.
 *
 * <p>A tag is the time's name, the method, the request's name and the outcome, such as
 * {@code response_time.GET./customerdata/{id}.answered}; what a tag may not hold is percent-encoded.
 * That of a time of all series together is its name, such as {@code connect_time}.
 */
public final class HdrLog implements TickReader, AutoCloseable {

  private static final double MICROS_PER_MS = 1000;

  private final PrintStream out;
  private final HistogramLogWriter log;
  private final Histogram line = SeriesTimes.emptyHistogram();

  /**
   * Begins {@code file} anew.
   *
   * @param startedAt the run's start instant; times in the log are seconds after it
   * @throws IOException if the file cannot be created
   */
  public HdrLog(Path file, Instant startedAt) throws IOException {
    out = new PrintStream(
        new BufferedOutputStream(Files.newOutputStream(file)),
        false,
        StandardCharsets.UTF_8);
    log = new HistogramLogWriter(out);
    log.outputLogFormatVersion();
    log.outputStartTime(startedAt.toEpochMilli());
    log.outputBaseTime(startedAt.toEpochMilli());
    log.outputComment("[Values are in microseconds; Interval_Max is in milliseconds]");
    log.outputLegend();
  }

  @Override
  public void read(MergedTick tick) {
    tick.series().forEach((key, times) -> {
      write(tick.tick(), tag("response_time", key), times.responseTime());
      write(tick.tick(), tag("service_time", key), times.serviceTime());
      write(tick.tick(), tag("schedule_lag", key), times.scheduleLag());
    });
    writeSome(tick.tick(), "connect_time", tick.phases().connectTime());
    writeSome(tick.tick(), "tls_time", tick.phases().tlsTime());
    writeSome(tick.tick(), "time_to_first_byte", tick.phases().timeToFirstByte());
  }

  private void writeSome(long tick, String tag, Histogram times) {
    if (times.getTotalCount() > 0) {
      write(tick, tag, times);
    }
  }

  private void write(long tick, String tag, Histogram times) {
    line.reset(); // a copy, because the tag is part of a histogram and this one is not ours
    line.add(times);
    line.setTag(tag);
    double beginSeconds = (double) tick;
    log.outputIntervalHistogram(beginSeconds, beginSeconds + 1, line, MICROS_PER_MS);
  }

  /** Where a line of the log belongs. */
  static String tag(String time, SeriesKey key) {
    return time + "." + encoded(key.method()) + "." + encoded(key.name()) + "."
        + key.outcome().name().toLowerCase(Locale.ROOT);
  }

  private static String encoded(String text) {
    var tag = new StringBuilder();
    text.codePoints().forEach(character -> {
      if (character == '%' || character == ',' || Character.isWhitespace(character)
          || Character.isSpaceChar(character) || Character.isISOControl(character)) {
        for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
          tag.append(String.format(Locale.ROOT, "%%%02X", octet & 0xff));
        }
      } else {
        tag.appendCodePoint(character);
      }
    });
    return tag.toString();
  }

  /**
   * Ends the log.
   *
   * @throws IOException if a line could not be written
   */
  @Override
  public void close() throws IOException {
    boolean incomplete = out.checkError(); // also flushes; a PrintStream keeps errors to itself
    out.close();
    if (incomplete || out.checkError()) {
      throw new IOException("the histogram log could not be written completely");
    }
  }
}
