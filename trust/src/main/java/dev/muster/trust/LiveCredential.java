package dev.muster.trust;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A credential that is replaced while it is in use: each new connection shows the present one, those that
 * stand are left alone. For any thread.
 */
public final class LiveCredential {

  /** A handshake asks for key and chain one after the other; both must be of the same credential. */
  private record Shown(long number, Credential credential, Credential before) {}

  private final X509ExtendedKeyManager keys = new Keys();
  private volatile Shown shown;

  /** One that shows {@code first}. */
  public LiveCredential(Credential first) {
    shown = new Shown(1, first, first);
  }

  /** What new connections show. */
  public Credential current() {
    return shown.credential();
  }

  /** Has new connections show {@code next}. */
  public synchronized void replace(Credential next) {
    shown = new Shown(shown.number() + 1, next, shown.credential());
  }

  /** What a TLS library asks for key and certificate. */
  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /** For servers of the JDK's sockets that show it to whoever connects, and ask nobody for theirs. */
  public SSLContext serverContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[]{keys}, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Keys extends X509ExtendedKeyManager {

    private String present() {
      return String.valueOf(shown.number());
    }

    private Credential of(String alias) {
      Shown now = shown;
      return alias.equals(String.valueOf(now.number())) ? now.credential() : now.before();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return of(alias).key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return of(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes,
        Principal @Nullable [] issuers,
        @Nullable SSLEngine engine) {
      return present();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType,
        Principal @Nullable [] issuers,
        @Nullable SSLEngine engine) {
      return of(present()).key().getAlgorithm().equals(keyType) ? present() : null;
    }

    @Override
    public String chooseClientAlias(
        String[] keyTypes,
        Principal @Nullable [] issuers,
        @Nullable Socket socket) {
      return present();
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType,
        Principal @Nullable [] issuers,
        @Nullable Socket socket) {
      return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[]{present()};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[]{present()};
    }
  }
}
