package dev.muster.plan;

import org.jspecify.annotations.Nullable;

/**
 * Whom to trust of a target over https.
 *
 * @param authorities certificates in PEM, one of which must vouch for the target; null for those that
 *     the worker's JVM trusts
 * @param skipsVerification whether any certificate of any name is taken
 */
public record TlsOptions(@Nullable String authorities, boolean skipsVerification) {

  /** What a plan that says nothing about TLS gets: who the JVM trusts, and nobody else. */
  public static TlsOptions defaults() {
    return new TlsOptions(null, false);
  }
}
