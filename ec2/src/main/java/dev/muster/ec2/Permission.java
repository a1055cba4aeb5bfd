package dev.muster.ec2;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an action is allowed, by what AWS answered when it was asked.
 *
 * @param action as AWS writes it: that which was asked for, or another one that AWS found missing for it
 * @param uses what of Muster needs it
 * @param purpose what it does there, to follow its name
 * @param told AWS's code, where the verdict does not say all
 */
public record Permission(
    String action, Set<Use> uses, String purpose, Verdict verdict, String told) {

  /** What of Muster needs an action. */
  public enum Use {
    /** To launch workers. */
    SPAWN,
    /** To end them, and to remove what was created for them. */
    END,
    /** To say beforehand what would stand in the way. */
    DOCTOR,
    /** To bring prices up to date. */
    PRICES
  }

  /** What the answer is worth. */
  public enum Verdict {
    /** It is allowed. */
    ALLOWED,
    /** It is not. */
    MISSING,
    /** It is not allowed on things that have no tag of a fleet; none was there that has one. */
    DOUBTFUL,
    /** What it is to change is not there yet, and AWS looked for that first. */
    LATER,
    /** The answer says neither. */
    UNTOLD
  }

  private static final Set<String> REFUSALS = Set.of(
      "UnauthorizedOperation", "AccessDenied", "AccessDeniedException");
  private static final Pattern NAMED = Pattern
      .compile("not authorized to perform: ([a-z0-9-]+:\\w+)");

  public Permission {
    uses = Set.copyOf(uses);
  }

  private static Permission of(AwsAction action, Verdict verdict, String told) {
    return new Permission(action.id(), action.uses(), action.purpose(), verdict, told);
  }

  static Permission allowed(AwsAction action) {
    return of(action, Verdict.ALLOWED, "");
  }

  /**
   * What an error says of it.
   *
   * @param ofNothing whether it was asked for on something that is not there
   */
  static Permission of(AwsAction action, boolean ofNothing, String code, String message) {
    if (code.equals("DryRunOperation")) {
      return allowed(action);
    }
    if (!REFUSALS.contains(code)) {
      boolean later = ofNothing && code.contains("NotFound");
      return of(action, later ? Verdict.LATER : Verdict.UNTOLD, code);
    }
    AwsAction missing = missing(message).flatMap(AwsAction::of).orElse(action);
    // A tag that nothing has decides about nothing but the action itself.
    return of(
        missing, missing.equals(action) && ofNothing ? Verdict.DOUBTFUL : Verdict.MISSING, code);
  }

  /** The action that a refusal of AWS names; empty where it names none. */
  static Optional<String> missing(String message) {
    Matcher named = NAMED.matcher(message);
    return named.find() ? Optional.of(named.group(1)) : Optional.empty();
  }

  /** Whether workers cannot be launched or ended without it. */
  public boolean isNeeded() {
    return uses.contains(Use.SPAWN) || uses.contains(Use.END);
  }
}
