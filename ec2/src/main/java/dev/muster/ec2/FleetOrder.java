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
 * @param subnet where they are to be; empty: the default subnets of the region
 * @param ttl how long they live, whatever happens
 */
public record FleetOrder(
    String fleet, int count, boolean all, List<String> types, boolean spot,
    Optional<String> subnet, Duration ttl) {

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
}
