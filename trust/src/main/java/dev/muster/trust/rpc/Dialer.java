package dev.muster.trust.rpc;

import dev.muster.trust.Authority;
import dev.muster.trust.Fingerprint;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Mistrust;
import dev.muster.trust.ServerTrust;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.NotSslRecordException;
import java.util.Optional;

/** How a link to a coordinator is opened: what is shown to it, and what it must show. For any thread. */
public interface Dialer {

  /** A channel to be built, to the coordinator at {@code host} and {@code port}. */
  ManagedChannelBuilder<?> dial(String host, int port);

  /**
   * Long enough for two lost packets of the begin. The kernel would ask again after twice as long each time,
   * and hear late that the network is well again.
   */
  int CONNECT_MILLIS = 4_000;

  /** Links that anybody can read and change. For loopback only; the caller sees to that. */
  static Dialer plain() {
    return (host, port) -> dial(
        host, port, InsecureChannelCredentials.create());
  }

  /** Links on which both sides show certificates: what {@code credential} is when one is opened. */
  static Dialer mutual(LiveCredential credential) {
    return (host, port) -> {
      var builder = dial(
          host, port,
          Tls.client(ServerTrust.of(credential.current()), credential));
      if (credential.current().isOwn()) {
        builder.overrideAuthority(Authority.SERVER_NAME);
      }
      return builder;
    };
  }

  /** Links on which only the coordinator shows a certificate, of the authority with this fingerprint. */
  static Dialer pinned(Fingerprint authority) {
    return (host, port) -> dial(
        host, port, Tls.client(ServerTrust.in(authority), null))
        .overrideAuthority(Authority.SERVER_NAME);
  }

  private static NettyChannelBuilder dial(String host, int port, ChannelCredentials credentials) {
    return NettyChannelBuilder.forAddress(host, port, credentials)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
  }

  /**
   * What a broken link means, in a sentence, where it is one that will break again: the coordinator is
   * another, or does not speak TLS. Otherwise {@code status} itself.
   */
  static Status explained(Status status) {
    if (status.getCode() != Status.Code.UNAVAILABLE || status.getCause() == null) {
      return status;
    }
    Optional<Mistrust> mistrust = Mistrust.in(status.getCause());
    if (mistrust.isPresent()) {
      return Status.UNAUTHENTICATED.withDescription(mistrust.get().getMessage())
          .withCause(status.getCause());
    }
    for (Throwable each = status.getCause(); each != null; each = each.getCause()) {
      if (each instanceof NotSslRecordException) {
        return Status.UNAUTHENTICATED
            .withDescription(
                "what answers there speaks no TLS; a coordinator that was started with --insecure is spoken to with --insecure")
            .withCause(status.getCause());
      }
    }
    return status;
  }
}
