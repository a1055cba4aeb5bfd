package dev.muster.trust;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whom a certificate was given to. In its subject, the name is the common name (CN) and the role the
 * organisational unit (OU); a subject with two of either names nobody.
 *
 * @param name 1 to 100 printable characters
 */
public record Holder(Role role, String name) {

  private static final int LONGEST_NAME = 100;

  /**
   * A holder whose name can be told in a line of a log.
   *
   * @throws IllegalArgumentException with a sentence, if the name is not fit
   */
  public Holder {
    if (name.isBlank() || name.length() > LONGEST_NAME || name.chars().anyMatch(Holder::isUnfit)) {
      throw new IllegalArgumentException(
          "a name has 1 to " + LONGEST_NAME + " printable characters; choose one with --name");
    }
  }

  // Names are told in logs and sentences, and stand in a file with one line for each.
  private static boolean isUnfit(int character) {
    return Character.isISOControl(character) || character == '\u2028' || character == '\u2029'
        || Character.getType(character) == Character.FORMAT
        || Character.isSurrogate((char) character);
  }

  /** The holder that the subject of a certificate names, if it names one. */
  public static Optional<Holder> of(X509Certificate certificate) {
    try {
      List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      Optional<Role> role = only(parts, "OU").flatMap(Role::of);
      Optional<String> name = only(parts, "CN");
      return role.isEmpty() || name.isEmpty()
          ? Optional.empty()
          : Optional.of(new Holder(role.get(), name.get()));
    } catch (InvalidNameException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> only(List<Rdn> parts, String type) {
    List<Rdn> found = parts.stream().filter(part -> part.getType().equalsIgnoreCase(type)).toList();
    return found.size() == 1 && found.getFirst().getValue() instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  /** For a sentence, such as {@code worker local-1}. */
  @Override
  public String toString() {
    return role.word() + " " + name;
  }
}
