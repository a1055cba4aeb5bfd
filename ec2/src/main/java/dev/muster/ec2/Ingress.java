package dev.muster.ec2;

import java.util.List;
import java.util.Optional;

/**
 * Who is let in by the security groups of an instance; of their rules for what goes out, which are written alike,
 * who is reached. Pure: rules in, a verdict out.
 */
public record Ingress(List<Rule> rules) {

  /**
   * One rule. Of addresses only those of IPv4 are known here, as workers have no others.
   *
   * @param protocol tcp, udp, icmp, a number, or -1 for all, in which case ports say nothing
   * @param networks such as 10.0.0.0/8
   * @param groups whose members are let in, by their private addresses
   * @param byList whether it lets in whoever stands in a list that is kept elsewhere
   */
  public record Rule(
      String protocol, int from, int to, List<String> networks, List<String> groups,
      boolean byList) {

    public Rule {
      networks = List.copyOf(networks);
      groups = List.copyOf(groups);
    }

    private boolean isAbout(int port) {
      return protocol.equals("-1")
          || ((protocol.equals("tcp") || protocol.equals("6")) && from <= port && port <= to);
    }
  }

  /** What the rules say. */
  public enum Verdict {
    /** All of them are let in. */
    YES,
    /** Some are not. */
    NO,
    /** A list that is not known here decides. */
    PERHAPS
  }

  public Ingress {
    rules = List.copyOf(rules);
  }

  /**
   * Whether whoever comes from anywhere in {@code network}, or as a member of {@code group}, reaches a port.
   *
   * @param group empty where they are in none yet, or come by way of their public addresses
   */
  public Verdict lets(String network, Optional<String> group, int port) {
    List<Rule> about = rules.stream().filter(rule -> rule.isAbout(port)).toList();
    boolean let = about.stream()
        .anyMatch(
            rule -> group.filter(rule.groups()::contains).isPresent()
                || rule.networks().stream().anyMatch(each -> contains(each, network)));
    return let
        ? Verdict.YES
        : about.stream().anyMatch(Rule::byList) ? Verdict.PERHAPS : Verdict.NO;
  }

  private static boolean contains(String outer, String inner) {
    int bits = bits(outer);
    long mask = bits == 0 ? 0 : -1L << (32 - bits);
    return bits <= bits(inner) && (address(outer) & mask) == (address(inner) & mask);
  }

  private static int bits(String network) {
    return Integer.parseInt(network.substring(network.indexOf('/') + 1));
  }

  private static long address(String network) {
    long address = 0;
    for (String part : network.substring(0, network.indexOf('/')).split("\\.", -1)) {
      address = (address << 8) | Integer.parseInt(part);
    }
    return address;
  }
}
