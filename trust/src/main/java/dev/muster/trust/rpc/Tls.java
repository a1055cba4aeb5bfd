package dev.muster.trust.rpc;

import dev.muster.trust.AnyClient;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.ServerTrust;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettySslContextServerCredentials;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 and nothing older, by the JDK: it needs no native library to be unpacked at each start. */
public final class Tls {

  private static final String VERSION = "TLSv1.3";

  private Tls() {}

  /** A server that shows {@code credential}, and takes the certificates of clients that have one. */
  public static ServerCredentials server(LiveCredential credential) {
    try {
      return NettySslContextServerCredentials.create(
          GrpcSslContexts.configure(
              SslContextBuilder.forServer(credential.keys()), SslProvider.JDK)
              .protocols(VERSION)
              .clientAuth(ClientAuth.OPTIONAL)
              .trustManager(new AnyClient())
              .build());
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A client that looks at servers as {@code trust} does. Each has a context of its own: to resume a
   * session would be to show the certificate of an earlier one.
   *
   * @param credential what it shows; null for nothing
   */
  static ChannelCredentials client(ServerTrust trust, @Nullable LiveCredential credential) {
    try {
      SslContextBuilder builder = GrpcSslContexts.configure(
          SslContextBuilder.forClient(), SslProvider.JDK)
          .protocols(VERSION)
          .trustManager(trust);
      if (credential != null) {
        builder.keyManager(credential.keys());
      }
      return NettySslContextChannelCredentials.create(builder.build());
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
