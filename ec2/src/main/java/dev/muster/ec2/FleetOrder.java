package dev.muster.ec2;

import dev.muster.deploy.spawn.FleetName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is wanted of EC2.
 *
 * @param fleet what it is called: in tags, in the names of what is created for it, and when it is ended,
 *     as {@link FleetName} has it
 * @param count of instances, from 1 to 1,000
 * @param all whether fewer are of no use: then all are launched or none
 * @param types of instances that will do, such as c7g.large; those named first are taken first, where there
 *     is a choice
 * @param spot whether they may be taken back with two minutes' notice, for a lower price
 * @param given what of the account they are to use
 * @param ttl how long they live, whatever happens
 */
public record FleetOrder(
    String fleet, int count, boolean all, List<String> types, boolean spot,
    Given given, Duration ttl) {

  /**
   * What is in the account already: it is used, and left alone at the end.
   *
   * @param subnet where they are to be; empty: the default subnets of the region
   * @param securityGroup who reaches them, by its id; empty: one is created for the fleet, which lets nobody in
   * @param profile by its name or ARN, what they may do at AWS; empty: nothing, which is all that a worker needs
   */
  public record Given(
      Optional<String> subnet, Optional<String> securityGroup, Optional<String> profile) {

    /** Nothing but what every account has. */
    public static final Given NOTHING = new Given(
        Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static final int MOST = 1_000;
  private static final Pattern TYPE = Pattern.compile("[a-z0-9-]+\\.[a-z0-9-]+");
  private static final Duration SHORTEST = Duration.ofMinutes(10);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** @throws IllegalArgumentException with a sentence for who wrote it, if it makes no sense */
  public FleetOrder {
    types = List.copyOf(types);
    var _ = new FleetName(fleet);
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(
          "a fleet has 1 to " + MOST + " instances, not " + count);
    }
    if (types.isEmpty()) {
      throw new IllegalArgumentException("a fleet needs a type of instance, such as c7g.large");
    }
    for (String type : types) {
      if (!TYPE.matcher(type).matches()) {
        throw new IllegalArgumentException(
            "'" + type + "' is no type of instance; they are written as c7g.large is");
      }
    }
    if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "instances live from 10 minutes to 7 days, so that they come to their work and to an end");
    }
  }

  /** The same, of another number. */
  FleetOrder of(int otherCount) {
    return new FleetOrder(fleet, otherCount, all, types, spot, given, ttl);
  }

  /** The same, to live for another time. */
  FleetOrder living(Duration otherTtl) {
    return new FleetOrder(fleet, count, all, types, spot, given, otherTtl);
  }
}
