package dev.muster.plan.target;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The targets that a worker may send to. What counts in the end is the address that is dialled: it is
 * allowed if a rule names it or its network, or if a rule names the host that it was looked up for. A
 * name opens no loopback, link-local or other special address, as whoever answers for a name could else
 * turn the load onto the worker's own machine; but {@code localhost} does open loopback.
 */
public final class AllowedTargets {

  /** Why an address may be sent to, or that it may not. */
  public enum Grounds {
    /** A rule holds the address. */
    ADDRESS,
    /** A rule holds the name that led there. */
    NAME,
    /** None. */
    NONE
  }

  /** The port of a rule that allows all. */
  static final int ANY_PORT = 0;

  /** More are no list that a person wrote. */
  private static final int RULES_MAX = 1_000;

  private static final int RULES_TOLD = 4;

  private static final AllowedTargets LOOPBACK = of(List.of("127.0.0.0/8", "::1"));

  private final List<AllowedRule> rules;

  private AllowedTargets(List<AllowedRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Loopback at any port, and nothing else. */
  public static AllowedTargets loopback() {
    return LOOPBACK;
  }

  /**
   * What {@code rules} allow, each of them {@code host}, {@code host:port}, {@code address/bits} or
   * {@code address/bits:port}; without a port all are allowed. An IPv6 address stands in brackets
   * where a port follows it.
   *
   * @throws IllegalArgumentException if one is none of these or there are more than 1,000, as a
   *     sentence without a full stop
   */
  public static AllowedTargets of(List<String> rules) {
    if (rules.size() > RULES_MAX) {
      throw new IllegalArgumentException(
          "no more than " + RULES_MAX
              + " targets can be allowed; allow networks such as 10.0.0.0/8");
    }
    return new AllowedTargets(rules.stream().map(AllowedRule::parse).toList());
  }

  /** One address and port, and nothing else. */
  public static AllowedTargets only(InetSocketAddress address) {
    return of(List.of(Destination.text(address.getAddress().getHostAddress(), address.getPort())));
  }

  /** Its rules as {@link #of} reads them. */
  public List<String> rules() {
    return rules.stream().map(AllowedRule::text).toList();
  }

  /** On what grounds {@code address}, to which {@code destination} has led, may be sent to. */
  public Grounds grounds(Destination destination, InetAddress address) {
    for (AllowedRule rule : rules) {
      if (rule instanceof AllowedRule.Network network && opens(rule, destination)
          && network.contains(address)) {
        return Grounds.ADDRESS;
      }
    }
    boolean fits = switch (Reach.of(address)) {
      case LOOPBACK -> destination.isLoopbackName();
      case LINK_LOCAL, NOBODY -> false;
      case PRIVATE, PUBLIC -> !destination.isLoopbackName();
    };
    return fits && isNamed(destination) ? Grounds.NAME : Grounds.NONE;
  }

  /**
   * Whether {@code destination} may be allowed, as far as can be told without looking a name up. A name
   * that no rule holds may lead to a network that one does, save where that is loopback alone.
   */
  public boolean mayAllow(Destination destination) {
    InetAddress literal = destination.literal();
    if (literal != null) {
      return grounds(destination, literal) != Grounds.NONE;
    }
    return isNamed(destination) || rules.stream()
        .anyMatch(
            rule -> rule instanceof AllowedRule.Network network && opens(rule, destination)
                && (destination.isLoopbackName() || Reach.of(network.first()) != Reach.LOOPBACK));
  }

  private boolean isNamed(Destination destination) {
    return rules.stream()
        .anyMatch(
            rule -> rule instanceof AllowedRule.Name name && opens(rule, destination)
                && name.host().equals(destination.host()));
  }

  private static boolean opens(AllowedRule rule, Destination destination) {
    return rule.port() == ANY_PORT || rule.port() == destination.port();
  }

  /**
   * The sentence, without a full stop, with which {@code worker} refuses {@code target} whatever it may
   * lead to; empty where that has to be looked up.
   */
  public Optional<String> refusal(URI target, String worker) {
    Destination destination = Destination.of(target);
    return mayAllow(destination)
        ? Optional.empty()
        : Optional.of(refusal(destination, target, worker));
  }

  /**
   * The sentence, without a full stop, with which {@code worker} refuses {@code target} because it has
   * led to {@code address}; empty where that is allowed.
   */
  public Optional<String> refusal(URI target, InetAddress address, String worker) {
    Destination destination = Destination.of(target);
    if (grounds(destination, address) != Grounds.NONE) {
      return Optional.empty();
    }
    if (destination.literal() != null || !isNamed(destination)) {
      return Optional.of(refusal(destination, target, worker));
    }
    String host = address.getHostAddress();
    return Optional.of(
        "the plan's target " + shown(destination, target) + " has the address " + host
            + ", which a name does not open as it is " + Reach.of(address).word()
            + "; where it is meant, start worker " + worker + " with --allow-target "
            + Destination.text(host, destination.port()));
  }

  private String refusal(Destination destination, URI target, String worker) {
    return "the plan's target " + shown(destination, target) + " is not allowed by worker " + worker
        + ", which sends to " + text() + " only; start it with --allow-target "
        + destination.text();
  }

  private static String shown(Destination destination, URI target) {
    return target.getScheme() + "://" + destination.text();
  }

  /** What it allows, as part of a sentence. */
  public String text() {
    if (rules().equals(LOOPBACK.rules())) {
      return "loopback";
    }
    String told = rules.stream()
        .limit(RULES_TOLD)
        .map(AllowedRule::text)
        .collect(Collectors.joining(", "));
    int more = rules.size() - RULES_TOLD;
    return rules.isEmpty() ? "nothing" : more > 0 ? told + " and " + more + " others" : told;
  }
}
