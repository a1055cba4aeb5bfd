package dev.muster.ec2;

import java.util.List;
import java.util.stream.Stream;

/** What EC2 lists of a fleet: nothing, once it has been ended. Ids of each. */
public record Leftovers(
    List<String> instances, List<String> volumes, List<String> templates,
    List<String> securityGroups) {

  public Leftovers {
    instances = List.copyOf(instances);
    volumes = List.copyOf(volumes);
    templates = List.copyOf(templates);
    securityGroups = List.copyOf(securityGroups);
  }

  /** Whether there is nothing. */
  public boolean isEmpty() {
    return all().findAny().isEmpty();
  }

  /** All ids. */
  public Stream<String> all() {
    return Stream.of(instances, volumes, templates, securityGroups).flatMap(List::stream);
  }
}
