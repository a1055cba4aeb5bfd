package dev.muster.ec2;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Somebody whose process is killed at one of its calls to AWS, just before it is sent or just after it was
 * carried out. As AWS sees it: no call comes any more.
 */
final class Mortal implements ExecutionInterceptor {

  private final int last;
  private final boolean carriedOut;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param last which of the calls, counted from 1; 0 for none
   * @param carriedOut whether that one reaches AWS yet
   */
  Mortal(int last, boolean carriedOut) {
    this.last = last;
    this.carriedOut = carriedOut;
  }

  /** How many calls there were. */
  int calls() {
    return calls.get();
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    int call = calls.incrementAndGet();
    if (last > 0 && (call > last || (call == last && !carriedOut))) {
      throw new IllegalStateException("killed before call " + call);
    }
  }

  @Override
  public void afterTransmission(
      Context.AfterTransmission context, ExecutionAttributes attributes) {
    if (last > 0 && calls.get() >= last) {
      throw new IllegalStateException("killed after call " + calls.get());
    }
  }
}
