package dev.muster.target.lambda;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.CustomerApi;
import dev.muster.target.api.Request;
import dev.muster.target.api.Tally;
import dev.muster.target.process.ProcessException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each request to an execution environment of its own, as {@link Checkout} says, and counts what
 * became of them. An environment that fails costs the request that it had and is ended. Safe for use
 * by many threads, which wait here for the function.
 */
final class Gateway implements Api, Tally, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final long LONGEST_SWEEP_MILLIS = 1_000;

  private final Environments environments;
  // Guards itself and closing.
  private final Checkout<ExecutionEnvironment> checkout;
  private boolean closing;

  private final Set<ExecutionEnvironment> all = ConcurrentHashMap.newKeySet();
  // Starts and ends environments, so that closing can wait for both.
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("lambda-keep-warm").factory());

  private final AtomicLong requests = new AtomicLong();
  private final LongAdder started = new LongAdder();
  private final LongAdder coldStarts = new LongAdder();
  private final LongAdder throttled = new LongAdder();
  private final LongAdder failed = new LongAdder();

  Gateway(FunctionOptions options, Environments environments) {
    this.environments = environments;
    this.checkout = new Checkout<>(options.concurrency(), options.keepWarm());
    long sweep = Math.clamp(options.keepWarm().toMillis() / 10, 1, LONGEST_SWEEP_MILLIS);
    var _ = sweeper.scheduleWithFixedDelay(this::sweep, sweep, sweep, TimeUnit.MILLISECONDS);
  }

  @Override
  public Answer answer(Request request) {
    String route = CustomerApi.routeOf(request.path());
    return switch (checkOut()) {
      case Checkout.Warm(var environment) -> invoke(environment, request, route);
      case Checkout.Cold() -> startAndInvoke(request, route);
      case Checkout.Throttled() -> {
        throttled.increment();
        yield Answer.error(route, 429, "too many requests at once; try again");
      }
    };
  }

  private Checkout.Decision<ExecutionEnvironment> checkOut() {
    while (true) {
      synchronized (checkout) {
        var decision = checkout.arrived();
        // One that has died while it was idle costs nobody's request.
        if (!(decision instanceof Checkout.Warm(var warm)) || warm.isAlive()) {
          return decision;
        }
        checkout.lost();
        end(warm);
      }
    }
  }

  private Answer startAndInvoke(Request request, String route) {
    coldStarts.increment();
    try {
      return invoke(threads.submit(this::start).get(), request, route);
    } catch (ExecutionException e) {
      return failure(route, 502, "the function cannot be started; its log says why", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure(route, 502, "the service is being stopped", e);
    }
  }

  private ExecutionEnvironment start() {
    var environment = environments.start();
    started.increment();
    synchronized (checkout) {
      if (!closing) {
        all.add(environment);
        return environment;
      }
    }
    environment.close();
    throw new ProcessException("the service is being stopped", null);
  }

  private Answer invoke(ExecutionEnvironment environment, Request request, String route) {
    try {
      byte[] event = GatewayEvent.write(request, Long.toString(requests.incrementAndGet()),
          System.currentTimeMillis());
      var answer = GatewayResponse.read(environment.invoke(event), route);
      synchronized (checkout) {
        checkout.returned(environment, System.nanoTime());
      }
      return answer;
    } catch (EnvironmentException e) {
      end(environment);
      return failure(route, e.status(), e.status() == 504
          ? "the function did not answer in time"
          : "the function broke off", e);
    } catch (IOException e) {
      end(environment);
      return failure(route, 502, "the function failed; its log says why", e);
    }
  }

  private Answer failure(String route, int status, String reason, Exception cause) {
    synchronized (checkout) {
      checkout.lost();
    }
    failed.increment();
    LOG.warn("{} is answered with a {}: {}", route, status, cause.getMessage());
    return Answer.error(route, status, reason);
  }

  private void sweep() {
    List<ExecutionEnvironment> expired;
    synchronized (checkout) {
      expired = checkout.expired(System.nanoTime());
    }
    expired.forEach(this::end);
  }

  // Not waited for: ending a process takes longer than a request should.
  private void end(ExecutionEnvironment environment) {
    if (all.remove(environment)) {
      threads.execute(environment::close);
    }
  }

  @Override
  public String name() {
    return "environments";
  }

  /**
   * Processes started, requests that waited for one, requests refused over the cap, requests that
   * failed here; then how many environments have a request and how many are idle, right now.
   */
  @Override
  public SequencedMap<String, Long> now() {
    var counts = new LinkedHashMap<String, Long>();
    counts.put("started", started.sum());
    counts.put("coldStarts", coldStarts.sum());
    counts.put("throttled", throttled.sum());
    counts.put("failed", failed.sum());
    synchronized (checkout) {
      counts.put("running", (long) checkout.serving());
      counts.put("idle", (long) checkout.idle());
    }
    return counts;
  }

  @Override
  public void reset() {
    List.of(started, coldStarts, throttled, failed).forEach(LongAdder::reset);
  }

  /** Ends all environments; returns when their processes are gone. */
  @Override
  public void close() {
    sweeper.shutdownNow();
    synchronized (checkout) {
      closing = true;
    }
    all.forEach(this::end);
    threads.close();
    environments.close();
  }
}
