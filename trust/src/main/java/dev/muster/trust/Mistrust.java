package dev.muster.trust;

import java.security.cert.CertificateException;
import java.util.Optional;

/** The other side of a link is not whom we look for. The message is a sentence for the one who looked. */
public final class Mistrust extends CertificateException {

  private static final long serialVersionUID = 1;

  Mistrust(String message) {
    super(message);
  }

  /** The one among {@code error} and what brought it about, if there is one. */
  public static Optional<Mistrust> in(Throwable error) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each instanceof Mistrust mistrust) {
        return Optional.of(mistrust);
      }
    }
    return Optional.empty();
  }
}
