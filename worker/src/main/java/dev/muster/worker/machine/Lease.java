package dev.muster.worker.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says until when this machine may stay: a second since 1970-01-01T00:00Z, and nothing else.
 * Whoever ends the machine reads it; a file that is not written any more ends it. For one thread.
 */
public final class Lease {

  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** A word that lets it stay longer than this is not meant seriously. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Path file;
  private final InstantSource clock;
  private boolean fails;

  /** @param file is replaced as a whole each time; its folder must be there */
  public Lease(Path file, InstantSource clock) {
    this.file = file.toAbsolutePath();
    this.clock = clock;
  }

  /**
   * The machine may stay for so long from now. A span that makes no sense changes nothing. Neither does a
   * file that cannot be written: then the machine ends, which is what a lease is for.
   */
  public void renew(Duration span) {
    if (!span.isPositive() || span.compareTo(LONGEST) > 0) {
      LOG.warn("The coordinator lets this machine stay for {} s, which is no time",
          span.toSeconds());
      return;
    }
    Path half = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(half, clock.instant().plus(span).getEpochSecond() + "\n");
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      fails = false;
    } catch (IOException e) {
      if (!fails) {
        LOG.error("{} cannot be written, so this machine will end: {}", file, e.toString());
      }
      fails = true;
    }
  }
}
