package dev.muster.worker.http;

import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.TlsOptions;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** TLS to a target: BoringSSL where there is one for this machine, else the JDK's. */
final class TargetTls {

  private TargetTls() {}

  /**
   * What connections of one run have in common; the caller's to release.
   *
   * @param version the only one that is offered. A target that knows nothing of such offers agrees to
   *     none, and is one of HTTP/1.1
   */
  static SslContext context(TlsOptions options, Version version) {
    SslContextBuilder builder = SslContextBuilder.forClient()
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .applicationProtocolConfig(offer(version));
    if (options.skipsVerification()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null);
    } else if (options.authorities() != null) {
      builder.trustManager(
          new ByteArrayInputStream(options.authorities().getBytes(StandardCharsets.UTF_8)));
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM offers no TLS", e);
    }
  }

  private static ApplicationProtocolConfig offer(Version version) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT, switch (version) {
          case HTTP_1_1 -> ApplicationProtocolNames.HTTP_1_1;
          case HTTP_2 -> ApplicationProtocolNames.HTTP_2;
        });
  }
}
