package dev.muster.worker.machine;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether EC2 will take this machine, and tells each piece of news once, on a
 * thread of its own. A service that does not answer is asked again, and spoils nothing.
 */
public final class MachineWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MachineWatch.class);

  /** As AWS advises; two minutes are left from a notice on. */
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration NOTICE = Duration.ofMinutes(2);

  private static final String INTERRUPTION = "spot/instance-action";
  private static final String REBALANCE = "events/recommendations/rebalance";
  private static final Pattern ACTION = Pattern.compile(
      "\"action\"\\s*:\\s*\"(terminate|stop|hibernate)\"");
  private static final Pattern TIME = Pattern.compile("\"time\"\\s*:\\s*\"([^\"]+)\"");

  private final Imds imds;
  private final InstantSource clock;
  private final Consumer<Warning> told;
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean isLikely;
  private boolean fails;

  /**
   * Begins to watch.
   *
   * @param imds is asked, and closed with this
   * @param told hears that the machine is likely to be taken, and when it will be, which is the last that
   *     it hears
   */
  public static MachineWatch start(Imds imds, Consumer<Warning> told) {
    return start(imds, InstantSource.system(), EVERY, told);
  }

  static MachineWatch start(
      Imds imds, InstantSource clock, Duration every, Consumer<Warning> told) {
    var watch = new MachineWatch(imds, clock, told);
    Thread.ofPlatform().daemon().name("machine-watch").start(() -> watch.watch(every));
    return watch;
  }

  private MachineWatch(Imds imds, InstantSource clock, Consumer<Warning> told) {
    this.imds = imds;
    this.clock = clock;
    this.told = told;
  }

  private void watch(Duration every) {
    try {
      while (!looked() && !closed.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        // Again.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once; whether nothing is left to be found. */
  private boolean looked() throws InterruptedException {
    try {
      Optional<Warning> interruption = imds.read(INTERRUPTION).flatMap(this::interruption);
      if (interruption.isPresent()) {
        tell(interruption.get());
        return true;
      }
      if (!isLikely && imds.read(REBALANCE).isPresent()) {
        isLikely = true;
        tell(new Warning(Optional.empty(), "rebalance recommendation"));
      }
      fails = false;
    } catch (IOException e) {
      if (!fails && closed.getCount() > 0) {
        LOG.warn("This machine's metadata service is asked again: {}", e.toString());
      }
      fails = true;
    }
    return false;
  }

  private void tell(Warning warning) {
    LOG.warn(
        "This machine {} ({})",
        warning.taken().map(at -> "is taken at " + at).orElse("is likely to be taken"),
        warning.reason());
    told.accept(warning);
  }

  /** What a notice says; one without an action that is known is none. */
  private Optional<Warning> interruption(String notice) {
    Matcher action = ACTION.matcher(notice);
    return action.find()
        ? Optional.of(
            new Warning(
                Optional.of(time(notice)), "spot interruption: " + action.group(1)))
        : Optional.empty();
  }

  /** As the notice has it; else as if it had just been given. */
  private Instant time(String notice) {
    Matcher time = TIME.matcher(notice);
    try {
      if (time.find()) {
        return Instant.parse(time.group(1));
      }
    } catch (DateTimeException e) {
      LOG.warn("'{}' is no instant", time.group(1));
    }
    return clock.instant().plus(NOTICE);
  }

  /** Watches no more; does not wait for what is being asked. */
  @Override
  public void close() {
    closed.countDown();
    imds.close();
  }
}
