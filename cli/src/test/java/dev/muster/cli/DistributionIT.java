package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.trust.Authority;
import dev.muster.trust.Lives;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator's second port, from which machines fetch Muster. */
class DistributionIT {

  private static final Pattern ADDRESS = Pattern.compile("fetch Muster from (https://\\S+)\\.$");

  @TempDir
  private Path folder = Path.of("");

  /** What was fetched, and who has shown which certificate. */
  private record Fetched(String sha256, X509Certificate shown, Certificate authority) {}

  @Test
  void what_is_fetched_is_the_distribution_with_a_certificate_of_the_coordinators_authority()
      throws Exception {
    String sum = Muster.run(folder, "distribution").out().substring(0, 64);
    try (Muster coordinator = coordinator()) {
      Fetched fetched = fetched(address(coordinator));

      assertThat(fetched.sha256()).isEqualTo(sum);
      Authority authority = Authority.existing(
          folder.resolve("muster-data/trust"), Lives.USUAL, InstantSource.system())
          .orElseThrow();
      assertThat(fetched.authority()).isEqualTo(authority.certificate());
      fetched.shown().verify(authority.certificate().getPublicKey());
      assertThat(fetched.shown().getSubjectAlternativeNames().toString())
          .contains(Authority.SERVER_NAME);
    }
  }

  @Test
  void a_certificate_that_was_renewed_is_shown() throws Exception {
    try (Muster coordinator = coordinator("--certificate-life", "2s")) {
      URI address = address(coordinator);
      X509Certificate first = fetched(address).shown();
      Instant deadline = Instant.now().plus(Muster.PATIENCE);
      X509Certificate now = first;
      while (now.equals(first) && Instant.now().isBefore(deadline)) {
        now = fetched(address).shown();
      }

      assertThat(now.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
      assertThat(now.getNotAfter()).isAfter(first.getNotAfter());
    }
  }

  @Test
  void a_certificate_that_was_given_is_shown_here_too() throws Exception {
    var company = new CompanyAuthority(folder);
    try (Muster coordinator = coordinator(
        company.options("CN=coordinator").toArray(String[]::new))) {
      assertThat(fetched(address(coordinator)).shown().getIssuerX500Principal().getName())
          .isEqualTo("CN=Company authority");
    }
  }

  @Test
  void plain_text_offers_none() {
    Muster.Ended ended = Muster.run(
        folder, "coordinator", "--insecure", "--port", "0", "--distribution-port", "0");

    assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.status());
    assertThat(ended.err())
        .contains("--distribution-port: is served with the coordinator's certificate");
  }

  @Test
  void a_port_that_is_taken_is_told() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Muster.Ended ended = Muster.run(
          folder, "coordinator", "--port", "0", "--distribution-port",
          String.valueOf(taken.getLocalPort()));

      assertThat(ended.exitCode()).isEqualTo(ExitCode.FAILED.status());
      assertThat(ended.err()).contains("The coordinator cannot serve Muster on 127.0.0.1:",
          "--distribution-port");
    }
  }

  @Test
  void who_spawns_is_told_what_to_do_where_a_coordinator_serves_none() {
    try (Cluster cluster = Cluster.start(folder, 0);
        Muster spawn = Muster.start(
            Main.class, folder,
            Map.of("AWS_REGION", "us-east-1", "AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            "workers", "spawn", "--ec2", "--count", "1", "--allow-target", "127.0.0.1", "--to",
            cluster.address(), "--yes")) {
      Muster.Ended ended = spawn.awaitEnd();

      assertThat(ended.exitCode()).as("%s", ended).isEqualTo(ExitCode.USAGE.status());
      assertThat(ended.err()).contains(
          "serves no Muster that instances could fetch", "--distribution-port 7401",
          "s3://BUCKET/KEY", "--sha256");
    }
  }

  private Muster coordinator(String... options) {
    return Muster.start(
        folder,
        Stream.concat(
            Stream.of("coordinator", "--port", "0", "--distribution-port", "0"),
            Stream.of(options))
            .toArray(String[]::new));
  }

  private static URI address(Muster coordinator) {
    Matcher address = ADDRESS.matcher(coordinator.awaitOutput("fetch Muster from"));
    assertThat(address.find()).isTrue();
    return URI.create(address.group(1));
  }

  private static Fetched fetched(URI from) throws IOException, GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[]{new Anybody()}, null);
    var connection = (HttpsURLConnection) from.toURL().openConnection();
    connection.setSSLSocketFactory(tls.getSocketFactory());
    connection.setHostnameVerifier((_, _) -> true);
    connection.setReadTimeout((int) Muster.PATIENCE.toMillis());
    try (InputStream in = connection.getInputStream()) {
      MessageDigest sum = MessageDigest.getInstance("SHA-256");
      sum.update(in.readAllBytes());
      List<Certificate> chain = List.of(connection.getServerCertificates());
      return new Fetched(
          HexFormat.of().formatHex(sum.digest()), (X509Certificate) chain.getFirst(),
          chain.getLast());
    }
  }

  /** Believes everybody, as curl with -k does; the tests look for themselves. */
  private static final class Anybody extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, @Nullable Socket socket) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, @Nullable Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
