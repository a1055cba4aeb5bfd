package dev.muster.ec2;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Asks AWS whether an action is allowed, and changes nothing. */
@FunctionalInterface
interface Probe {

  /**
   * Asks.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException with the answer, also where that is yes
   */
  Object ask(Account aws, Sample sample);

  /** Whether it asks of something that is not there, so that a no may be for want of its tag. */
  default boolean isOfNothing(Sample sample) {
    return false;
  }

  /** One that is about something with the tag of a fleet, or where there is none about one that is made up. */
  static Probe ofOurs(
      Function<Sample, Optional<String>> which, String madeUp,
      BiFunction<Account, String, Object> question) {
    return new Probe() {

      @Override
      public Object ask(Account aws, Sample sample) {
        return question.apply(aws, which.apply(sample).orElse(madeUp));
      }

      @Override
      public boolean isOfNothing(Sample sample) {
        return which.apply(sample).isEmpty();
      }
    };
  }
}
