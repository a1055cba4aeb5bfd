package dev.muster.coordinator.rpc;

import dev.muster.trust.rpc.Doorstep;
import dev.muster.v1.EnrolServiceGrpc;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.SocketAddress;

/**
 * Tells the doorstep whose call the gate has passed. To enrol is open to all, so who does only that stays a
 * stranger.
 */
final class LettingIn implements ServerInterceptor {

  private final Doorstep doorstep;

  LettingIn(Doorstep doorstep) {
    this.doorstep = doorstep;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SocketAddress from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    if (from != null && !call.getMethodDescriptor()
        .getFullMethodName()
        .equals(EnrolServiceGrpc.getEnrolMethod().getFullMethodName())) {
      doorstep.letIn(from);
    }
    return next.startCall(call, headers);
  }
}
