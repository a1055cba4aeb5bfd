package dev.muster.target.lambda;

import dev.muster.target.process.ServiceProcess;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An execution environment at our own {@link RuntimeApi}. */
final class OwnEnvironment implements ExecutionEnvironment {
  private final ServiceProcess process;
  private final Seat seat;
  private final Duration timeout;

  OwnEnvironment(ServiceProcess process, Seat seat, Duration timeout) {
    this.process = process;
    this.seat = seat;
    this.timeout = timeout;
  }

  @Override
  public byte[] invoke(byte[] event) throws EnvironmentException {
    try {
      return seat.give(event).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw EnvironmentException.late("the function did not answer within " + timeout);
    } catch (ExecutionException e) {
      throw EnvironmentException.failed("the function broke off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EnvironmentException.failed("interrupted", e);
    }
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    // Its end is the end of its seat. The other way round the runtime interface client, which waits
    // for an event, is told that there is none, and crashes.
    process.close();
  }
}
