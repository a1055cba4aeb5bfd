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
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** TLS to a target, or of one: BoringSSL where there is one for this machine, else the JDK's. */
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
        .sslProvider(provider())
        .applicationProtocolConfig(protocols(switch (version) {
          case HTTP_1_1 -> List.of(ApplicationProtocolNames.HTTP_1_1);
          case HTTP_2 -> List.of(ApplicationProtocolNames.HTTP_2);
        }));
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

  /**
   * What connections to a worker's own stand-in have in common, which agrees to what it is offered; the
   * caller's to release.
   */
  static SslContext standIn() {
    try (InputStream certificate = resource("stand-in-certificate.pem");
        InputStream key = resource("stand-in-key.pem")) {
      return SslContextBuilder.forServer(certificate, key)
          .sslProvider(provider())
          .applicationProtocolConfig(
              protocols(
                  List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)))
          .build();
    } catch (IOException e) {
      throw new IllegalStateException("this JVM offers no TLS", e);
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(TargetTls.class.getResourceAsStream(name));
  }

  private static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
  }

  private static ApplicationProtocolConfig protocols(List<String> names) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT, names);
  }
}
