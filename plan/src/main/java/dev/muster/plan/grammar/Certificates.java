package dev.muster.plan.grammar;

import dev.muster.plan.document.Misfit;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Certificates as a plan holds them: their PEM text, so that the plan can travel. */
public final class Certificates {

  private static final String EXPECTED = "certificates in PEM, beginning with -----BEGIN CERTIFICATE-----";

  private Certificates() {}

  /** One certificate or more, in PEM. */
  public static Type<String> pem() {
    return Word.matching(EXPECTED, "[\\s\\S]*-----BEGIN CERTIFICATE-----[\\s\\S]*",
        Certificates::check);
  }

  private static String check(String text) throws Misfit {
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new Misfit(Cursor.quoted(text) + " is no certificate",
          "expected the text of " + EXPECTED + "; ${env(NAME)} can bring it from a variable");
    }
    try {
      var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
      int count = CertificateFactory.getInstance("X.509").generateCertificates(bytes).size();
      if (count == 0) {
        throw new Misfit("holds no certificate", "");
      }
      return text;
    } catch (CertificateException e) {
      throw new Misfit("holds a certificate that cannot be read", "");
    }
  }
}
