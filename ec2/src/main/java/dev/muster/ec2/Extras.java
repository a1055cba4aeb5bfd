package dev.muster.ec2;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a fleet uses that most do not, and that has to be allowed only where it does.
 *
 * @param object at S3, where its instances fetch Muster; empty: they fetch it elsewhere
 * @param profile what they may do at AWS; empty: nothing
 */
public record Extras(Optional<S3Object> object, Optional<Profile> profile) {

  /** Of a fleet that uses nothing of the kind. */
  public static final Extras NONE = new Extras(Optional.empty(), Optional.empty());

  /**
   * An instance profile, and the role in it, which whoever launches instances with it has to be allowed to pass.
   *
   * @param text the profile's name or ARN
   * @param role the role's name, with its path if it has one: {@code machines} or {@code team/machines}
   */
  public record Profile(String text, String role) {

    private static final Pattern ROLE = Pattern.compile("[\\w+=,.@/-]+");

    /** @throws IllegalArgumentException with a sentence, if that is no name of a role */
    public Profile {
      if (!ROLE.matcher(role).matches()) {
        throw new IllegalArgumentException(
            "'" + role + "' is no name of a role; they are written as team/machines is");
      }
    }

    /** One whose role is called as itself, as EC2's console makes them. */
    public static Profile of(String text) {
      return new Profile(text, text.substring(text.lastIndexOf('/') + 1));
    }
  }
}
