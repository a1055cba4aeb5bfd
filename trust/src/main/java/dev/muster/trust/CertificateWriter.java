package dev.muster.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Writes X.509 certificates, by Bouncy Castle; the keys and signatures are the JDK's. */
final class CertificateWriter {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);

  private CertificateWriter() {}

  /** A certificate that an authority gives itself. */
  static X509Certificate authority(KeyPair keys, Instant now) {
    // With a number, as some software tells authorities apart by their names alone.
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, "Muster")
        .addRDN(BCStyle.CN, "Muster authority " + Long.toHexString(RANDOM.nextLong()))
        .build();
    return written(
        name, name, keys.getPublic(), keys.getPrivate(), now, AUTHORITY_LIFE, builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        });
  }

  /** A certificate to show as a client. */
  static X509Certificate client(
      Holder holder, PublicKey key, X509Certificate authority, PrivateKey by, Instant now,
      Duration life) {
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.OU, holder.role().word())
        .addRDN(BCStyle.CN, new DERUTF8String(holder.name())) // Else a name with # were read as hex.
        .build();
    return written(nameOf(authority), name, key, by, now, life, builder -> {
      addLeaf(builder);
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
    });
  }

  /** A certificate to show as a server that is called {@code serverName}. */
  static X509Certificate server(
      String serverName, PublicKey key, X509Certificate authority, PrivateKey by, Instant now,
      Duration life) {
    X500Name name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, serverName).build();
    return written(nameOf(authority), name, key, by, now, life, builder -> {
      addLeaf(builder);
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.subjectAlternativeName, false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, serverName)));
    });
  }

  private static void addLeaf(X509v3CertificateBuilder builder) throws IOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
  }

  // Its bytes and not its text, as the names of issuer and subject must agree in every bit.
  private static X500Name nameOf(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  /** What is added to a certificate. */
  private interface Extensions {

    void addTo(X509v3CertificateBuilder builder) throws IOException;
  }

  private static X509Certificate written(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      PrivateKey by,
      Instant now,
      Duration life,
      Extensions extensions) {
    try {
      var builder = new X509v3CertificateBuilder(
          issuer, new BigInteger(127, RANDOM), Date.from(now.minus(Authority.BACKDATED)),
          Date.from(now.plus(life)), subject,
          SubjectPublicKeyInfo.getInstance(key.getEncoded()));
      extensions.addTo(builder);
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(by);
      return Pem.certificate(builder.build(signer).getEncoded(), "a certificate just written");
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
