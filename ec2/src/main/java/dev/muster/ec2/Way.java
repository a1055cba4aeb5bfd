package dev.muster.ec2;

import java.util.List;
import java.util.Optional;

/** How workers would come to their coordinator. */
public sealed interface Way {

  /** Its address is not one of this account's instances in this region. */
  record Outside(String host) implements Way {}

  /** It is on an instance in another network than the workers would be, and reached by its private address. */
  record Apart(String instance, String vpc) implements Way {}

  /** The security group that workers would be in does not let them out to it. */
  record KeptIn(String group, String host, int port) implements Way {}

  /** There is no such security group, in which workers would be. */
  record NoGroup(String group) implements Way {}

  /**
   * It is on an instance that workers reach directly.
   *
   * @param ingress what the instance's groups let in
   * @param from the networks that workers come from
   * @param group that of the fleet, as far as there is one and it counts on this way
   */
  record Direct(
      String instance, int port, Ingress ingress, List<String> from, Optional<String> group)
      implements
        Way {

    public Direct {
      from = List.copyOf(from);
    }

    /** Whether all of them are let in. */
    public Ingress.Verdict verdict() {
      return from.stream()
          .map(network -> ingress.lets(network, group, port))
          .reduce((one, other) -> one == Ingress.Verdict.YES ? other : one)
          .orElse(Ingress.Verdict.NO);
    }
  }
}
