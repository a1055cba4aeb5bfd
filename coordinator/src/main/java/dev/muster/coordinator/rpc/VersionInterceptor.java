package dev.muster.coordinator.rpc;

import dev.muster.trust.rpc.TellingVersion;
import dev.muster.v1.Version;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Refuses calls of those who speak another protocol, before they are misunderstood. */
final class VersionInterceptor implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Version theirs = TellingVersion.of(headers).orElse(Version.OURS);
    if (theirs.understands(Version.OURS)) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.FAILED_PRECONDITION.withDescription(theirs.cannotAsk(Version.OURS)),
        new Metadata());
    return new ServerCall.Listener<>() {
    };
  }
}
