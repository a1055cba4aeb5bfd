package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A certificate for the name localhost, with its key, made by the JDK's own tool. */
record SelfSigned(Path file) {

  private static final String PASSWORD = "of no secret";

  /** Makes one in {@code folder}. */
  static SelfSigned in(Path folder) {
    Path file = folder.resolve("self-signed.p12");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var builder = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
        "-alias", "localhost", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost", "-keyalg",
        "EC", "-storetype", "PKCS12", "-keystore", file.toString(), "-storepass:env", "PASSWORD")
        .redirectErrorStream(true);
    builder.environment().put("PASSWORD", PASSWORD);
    try {
      Process keytool = builder.start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(keytool.waitFor()).as(said).isZero();
      return new SelfSigned(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The engine of a server that shows it. */
  SSLEngine engine() {
    SSLEngine engine = context().createSSLEngine();
    engine.setUseClientMode(false);
    return engine;
  }

  /** Sockets of a server that shows it. */
  ServerSocketFactory sockets() {
    return context().getServerSocketFactory();
  }

  /**
   * Speaks TLS over {@code socket}, as a server that shows it, once the guest has asked for it and {@code
   * asked} has been done.
   */
  Socket over(Socket socket, Runnable asked) throws IOException {
    int first = socket.getInputStream().read();
    asked.run();
    var read = new ByteArrayInputStream(new byte[]{(byte) first});
    return context().getSocketFactory().createSocket(socket, read, true);
  }

  private SSLContext context() {
    try {
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys(), PASSWORD.toCharArray());
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The TLS of a Netty server that shows it and speaks {@code protocol}. */
  SslContext context(String protocol) {
    return context(protocol, SelectorFailureBehavior.NO_ADVERTISE);
  }

  /** As above, of a server that does {@code otherwise} where {@code protocol} is not offered. */
  SslContext context(String protocol, SelectorFailureBehavior otherwise) {
    try {
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys(), PASSWORD.toCharArray());
      return SslContextBuilder.forServer(managers)
          .sslProvider(SslProvider.JDK)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN, otherwise, SelectedListenerFailureBehavior.ACCEPT, protocol))
          .build();
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The certificate as a plan holds it. */
  String pem() {
    try {
      byte[] der = keys().getCertificate("localhost").getEncoded();
      return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(der)
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore keys() throws GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does {@code work} in a JVM that trusts it, and nobody else, as people arrange that: by options. */
  void trustedDuring(Runnable work) {
    Map<String, @Nullable String> before = new LinkedHashMap<>();
    Map.of(
        "javax.net.ssl.trustStore", file.toString(), "javax.net.ssl.trustStorePassword", PASSWORD)
        .forEach((option, value) -> before.put(option, System.setProperty(option, value)));
    try {
      work.run();
    } finally {
      before.forEach((option, value) -> {
        if (value == null) {
          System.clearProperty(option);
        } else {
          System.setProperty(option, value);
        }
      });
    }
  }
}
