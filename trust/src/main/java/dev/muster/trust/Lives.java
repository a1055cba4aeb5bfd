package dev.muster.trust;

import java.time.Duration;

/**
 * How long certificates are good for. Short lives bound what a stolen key is worth; they are renewed at
 * two thirds.
 *
 * @param process of a worker's certificate and of the coordinator's own
 * @param person of an operator's or a viewer's, who are not there every day
 */
public record Lives(Duration process, Duration person) {

  /** What is usual: a day, and thirty. */
  public static final Lives USUAL = new Lives(Duration.ofDays(1), Duration.ofDays(30));

  /** The life of a certificate for {@code role}. */
  public Duration of(Role role) {
    return switch (role) {
      case WORKER -> process;
      case OPERATOR, VIEWER -> person;
    };
  }
}
