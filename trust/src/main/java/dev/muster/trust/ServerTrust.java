package dev.muster.trust;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a client looks at the coordinator's certificate, within the handshake: nothing is sent to one that
 * it does not believe. The rules of certificates are the JDK's; this says which authority they are held
 * against, and tells in a sentence why one is not believed.
 */
public final class ServerTrust extends X509ExtendedTrustManager {

  private final Function<List<X509Certificate>, List<X509Certificate>> authorities;
  private final boolean isOwn;
  private final String otherwise;

  private ServerTrust(
      Function<List<X509Certificate>, List<X509Certificate>> authorities, boolean isOwn,
      String otherwise) {
    this.authorities = authorities;
    this.isOwn = isOwn;
    this.otherwise = otherwise;
  }

  /** Trust in what the authorities that {@code credential} names have signed. */
  public static ServerTrust of(Credential credential) {
    List<X509Certificate> known = credential.authorities();
    return new ServerTrust(
        _ -> known, credential.isOwn(),
        "what answers there is not the coordinator that this credential is for: its certificate is of "
            + "another authority");
  }

  /** Trust in what the one authority with this fingerprint has signed; the server must bring it along. */
  public static ServerTrust in(Fingerprint authority) {
    return new ServerTrust(
        chain -> pinned(chain, authority).stream().toList(), true,
        "what answers there is not the coordinator that made the join token, whose authority has the "
            + "fingerprint " + authority + "; nothing secret was sent to it");
  }

  /** The certificate with this fingerprint among {@code chain}. */
  public static Optional<X509Certificate> pinned(
      List<X509Certificate> chain,
      Fingerprint authority) {
    return chain.stream().filter(each -> Fingerprint.of(each).equals(authority)).findFirst();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    List<X509Certificate> trusted = authorities.apply(Arrays.asList(chain));
    if (trusted.isEmpty()) {
      throw new Mistrust(otherwise);
    }
    try {
      jdk(trusted, isOwn ? begin(chain) : Instant.MIN)
          .checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      var mistrust = new Mistrust(told(e));
      mistrust.initCause(e);
      throw mistrust;
    }
  }

  private String told(CertificateException why) {
    Throwable first = why;
    for (Throwable each = why; each != null; each = each.getCause()) {
      if (each instanceof CertPathBuilderException) {
        return otherwise;
      }
      if (each instanceof CertificateExpiredException) {
        return "the coordinator's certificate has expired; look whether the clocks of both machines are right";
      }
      if (each instanceof CertificateNotYetValidException) {
        return "the coordinator's certificate is of a time to come; look whether the clocks of both machines "
            + "are right";
      }
      first = each;
    }
    return "the certificate of what answers there is not believed: " + first.getMessage();
  }

  // A coordinator's own authority begins certificates when it makes them: one of a time to come tells of
  // two clocks that differ, and of nothing else.
  private static Instant begin(X509Certificate[] chain) {
    return chain[0].getNotBefore().toInstant();
  }

  /** The JDK's rules, at the present time or at {@code earliest} if that is still to come. */
  private static X509ExtendedTrustManager jdk(
      List<X509Certificate> authorities,
      Instant earliest) {
    Instant now = Instant.now();
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      var parameters = new PKIXBuilderParameters(store, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now.isAfter(earliest) ? now : earliest));
      factory.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509ExtendedTrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("the JDK has no trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  // Without an engine the name of the host would not be looked at; clients are not looked at here.

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new Mistrust(otherwise);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new Mistrust(otherwise);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new Mistrust(otherwise);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new Mistrust(otherwise);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new Mistrust(otherwise);
  }
}
