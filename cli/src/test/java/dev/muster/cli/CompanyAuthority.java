package dev.muster.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that is not Muster's, with keys of RSA, as a company may have one. */
final class CompanyAuthority {

  private static final X500Name NAME = new X500Name("CN=Company authority");

  private final Path folder;
  private final KeyPair keys = pair();

  CompanyAuthority(Path folder) {
    this.folder = folder;
    write("ca.pem", "CERTIFICATE", certificate("CN=Company authority", keys, true));
  }

  /** Options for one with this subject, on 127.0.0.1. */
  List<String> options(String subject) {
    KeyPair own = pair();
    String name = subject.replaceAll("\\W+", "-");
    return List.of(
        "--certificate",
        write(name + ".pem", "CERTIFICATE", certificate(subject, own, false)), "--key",
        write(name + "-key.pem", "PRIVATE KEY", own.getPrivate().getEncoded()), "--ca",
        folder.resolve("ca.pem").toString());
  }

  private byte[] certificate(String subject, KeyPair of, boolean isAuthority) {
    Instant now = Instant.now();
    try {
      var builder = new X509v3CertificateBuilder(
          NAME, BigInteger.valueOf(System.nanoTime()), Date.from(now.minusSeconds(60)),
          Date.from(now.plus(Duration.ofHours(1))), new X500Name(subject),
          SubjectPublicKeyInfo.getInstance(of.getPublic().getEncoded()));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (!isAuthority) {
        builder.addExtension(
            Extension.subjectAlternativeName, false,
            new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
      }
      X509CertificateHolder built = builder.build(
          new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
      return built.getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String write(String file, String kind, byte[] bytes) {
    try {
      return Files.writeString(
          folder.resolve(file),
          "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes)
              + "\n-----END " + kind + "-----\n")
          .toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
