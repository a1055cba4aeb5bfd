package dev.muster.trust;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
  private final String otherwise;

  private ServerTrust(
      Function<List<X509Certificate>, List<X509Certificate>> authorities, String otherwise) {
    this.authorities = authorities;
    this.otherwise = otherwise;
  }

  /** Trust in what {@code authorities} have signed. */
  public static ServerTrust in(List<X509Certificate> authorities) {
    List<X509Certificate> known = List.copyOf(authorities);
    return new ServerTrust(
        _ -> known,
        "what answers there is not the coordinator that this credential is for: its certificate is of "
            + "another authority");
  }

  /** Trust in what the one authority with this fingerprint has signed; the server must bring it along. */
  public static ServerTrust in(Fingerprint authority) {
    return new ServerTrust(
        chain -> pinned(chain, authority).stream().toList(),
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
      jdk(trusted).checkServerTrusted(chain, authType, engine);
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

  private static X509ExtendedTrustManager jdk(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
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
