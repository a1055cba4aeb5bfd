package dev.muster.trust.rpc;

import dev.muster.v1.Version;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/** Tells with each call which version its caller is of. Workers tell it in what they say first. */
public record TellingVersion(Version version) implements ClientInterceptor {

  private static final Metadata.Key<String> PRODUCT = key("muster-version");
  private static final Metadata.Key<String> PROTOCOL = key("muster-protocol");

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(PRODUCT, version.product());
        headers.put(PROTOCOL, Integer.toString(version.protocol()));
        super.start(listener, headers);
      }
    };
  }

  /** The version that a call tells of; empty where it tells none. */
  public static Optional<Version> of(Metadata headers) {
    String product = headers.get(PRODUCT);
    String protocol = headers.get(PROTOCOL);
    return protocol == null
        ? Optional.empty()
        : Optional.of(
            new Version(
                product == null ? "" : product,
                protocol.matches("[0-9]{1,9}") ? Integer.parseInt(protocol) : 0));
  }
}
