package dev.muster.ec2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What EC2 and its neighbours said when they were asked what would become of an order.
 *
 * @param caller who asked, as AWS names them
 * @param subnets those where instances would go
 * @param types those of the order that there are
 * @param images by architecture, of the types that there are
 * @param quota empty where none of the types counts for one that is known here
 * @param ways to what workers have to reach, by what that is
 * @param object what is found of the object of S3 where instances are to fetch Muster; empty where none was named
 */
public record Ec2Facts(
    String region, String caller, List<Permission> permissions, Answer<List<SubnetFacts>> subnets,
    Answer<List<TypeFacts>> types, Map<String, Answer<String>> images,
    Optional<Answer<VcpuQuota>> quota, Map<String, Answer<Way>> ways,
    Optional<Answer<S3Object.Found>> object) {

  /** A subnet, and how many addresses it has left. */
  public record SubnetFacts(String id, String vpc, String zone, String network, int free) {}

  /**
   * A type of instance.
   *
   * @param zones where it is to be had; empty where that is not known
   */
  public record TypeFacts(String name, String architecture, int vcpus,
      Optional<Set<String>> zones) {}
}
