package dev.muster.deploy.spawn;

import java.util.regex.Pattern;

/**
 * What the workers of an order are called together: fit for tags, labels and folders.
 *
 * @param text small letters, digits and hyphens, 30 at most
 */
public record FleetName(String text) {

  private static final Pattern FIT = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");

  /** @throws IllegalArgumentException with a sentence for who wrote it */
  public FleetName {
    if (!FIT.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a fleet is called by small letters, digits and hyphens, 30 at most; not '" + text
              + "'");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
