package dev.muster.coordinator.rpc;

import dev.muster.trust.Holder;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, where calls need a certificate.
 *
 * @param issued when the certificate was made
 */
record Caller(Holder holder, Instant issued, Gate gate) {

  private static final Context.Key<Caller> KEY = Context.key("caller");

  /** How a call ends whose caller is revoked. */
  static final Status REVOKED = Status.PERMISSION_DENIED.withDescription(
      "its certificate was revoked; if that was a mistake, join again with a fresh token: "
          + "muster coordinator token");

  /** Who makes the call that this thread handles; null where anybody may. */
  static @Nullable Caller present() {
    return KEY.get();
  }

  Context in(Context context) {
    return context.withValue(KEY, this);
  }

  boolean isRevoked() {
    return gate.revocations().isRevoked(holder, issued);
  }
}
