package dev.muster.trust.rpc;

import dev.muster.trust.Credential;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.TrustProblem;
import dev.muster.trust.rpc.Enrolment.NotThere;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a credential by the next one at two thirds of its life, again and again, on a thread of its own.
 * Where that fails it tries again, at an eighth of the time that is left.
 */
public final class Renewal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
  private static final long SHORTEST_MILLIS = 200;

  /** Clocks are set and machines sleep, so it looks again now and then. */
  private static final long LONGEST_MILLIS = 60_000;

  /** Where the next credential comes from. */
  public interface Source {

    /**
     * The credential after {@code now}.
     *
     * @throws NotThere if it may come later
     * @throws TrustProblem if it never will
     */
    Credential next(Credential now) throws NotThere;
  }

  private final LiveCredential credential;
  private final Source source;
  private final Optional<Path> folder;
  private final InstantSource clock;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("renewal").factory());

  /**
   * Begins at once.
   *
   * @param folder where the present credential is kept for a later start, if it is to be
   */
  public Renewal(
      LiveCredential credential, Source source, Optional<Path> folder, InstantSource clock) {
    this.credential = credential;
    this.source = source;
    this.folder = folder;
    this.clock = clock;
    schedule(untilDue());
  }

  private Duration untilDue() {
    return Duration.between(clock.instant(), credential.current().renewAt());
  }

  private void schedule(Duration wait) {
    var _ = thread.schedule(
        this::renew, Math.clamp(wait.toMillis(), SHORTEST_MILLIS, LONGEST_MILLIS),
        TimeUnit.MILLISECONDS);
  }

  private void renew() {
    if (!isDue(credential.current(), clock.instant())) {
      schedule(untilDue());
      return;
    }
    try {
      Credential next = source.next(credential.current());
      credential.replace(next);
      if (folder.isPresent()) {
        next.save(folder.get());
      }
      LOG.info("The certificate is renewed until {}", next.expires());
      schedule(untilDue());
    } catch (NotThere e) {
      schedule(Duration.between(clock.instant(), credential.current().expires()).dividedBy(8));
    } catch (TrustProblem e) {
      LOG.error("The certificate is not renewed: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The certificate was not renewed, as a defect was met; it is tried again", e);
      schedule(Duration.ofMillis(LONGEST_MILLIS));
    } catch (IOException e) {
      LOG.error("The renewed certificate cannot be kept in {}: {}", folder.get(), e.toString());
      schedule(untilDue());
    }
  }

  static boolean isDue(Credential credential, Instant now) {
    return !now.isBefore(credential.renewAt());
  }

  /** Renews no more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
