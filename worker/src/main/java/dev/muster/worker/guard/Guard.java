package dev.muster.worker.guard;

import dev.muster.plan.target.AllowedTargets;
import dev.muster.plan.target.AllowedTargets.Grounds;
import dev.muster.plan.target.Destination;
import dev.muster.plan.target.Reach;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between plans and sockets: every address that a load is sent to comes from here. Names are
 * looked up here and nowhere else, and an answer is checked address by address, each time there is one.
 * A name that was allowed may get other addresses, as a balanced service does, but once it has led to
 * a public network it leads to no private one in the life of this guard, nor the other way round. For
 * any thread.
 */
public final class Guard {

  /** Looks names up. */
  public interface Resolver {

    /** All addresses of {@code host}, at least one. */
    InetAddress[] lookUp(String host) throws UnknownHostException;
  }

  private final String worker;
  private final AllowedTargets targets;
  private final @Nullable RateLimit rate;
  private final Resolver resolver;

  /** By name: where it first led, where only its name is what is allowed. */
  private final Map<String, Reach> reaches = new ConcurrentHashMap<>();

  /**
   * A guard that looks names up as the JVM does.
   *
   * @param worker the name of the worker, for what is said of it
   * @param rate null where there is no limit
   */
  public Guard(String worker, AllowedTargets targets, @Nullable RateLimit rate) {
    this(worker, targets, rate, InetAddress::getAllByName);
  }

  /** As above, with names looked up by {@code resolver}. */
  public Guard(
      String worker, AllowedTargets targets, @Nullable RateLimit rate, Resolver resolver) {
    this.worker = worker;
    this.targets = targets;
    this.rate = rate;
    this.resolver = resolver;
  }

  /** A guard that lets all through to {@code address} and nothing elsewhere. */
  public static Guard only(InetSocketAddress address) {
    return new Guard("itself", AllowedTargets.only(address), null);
  }

  /** What a second may have at most; null where there is no limit. */
  public @Nullable RateLimit rate() {
    return rate;
  }

  /**
   * The addresses of {@code target} now, all of them allowed: those of version 4 where it has any, else
   * those of version 6, as a service that listens on one version only is the commonest surprise on a
   * developer's machine. May wait for a name server.
   *
   * @throws TargetRefused if any of them is not allowed
   * @throws UnknownHostException if its name has none now
   */
  public List<InetSocketAddress> addresses(URI target) throws TargetRefused, UnknownHostException {
    refuse(targets.refusal(target, worker));
    Destination destination = Destination.of(target);
    InetAddress literal = destination.literal();
    InetAddress[] all = literal == null
        ? resolver.lookUp(destination.host())
        : new InetAddress[]{literal};
    boolean four = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
    List<InetAddress> chosen = Arrays.stream(all)
        .filter(address -> address instanceof Inet4Address == four)
        .toList();
    for (InetAddress address : chosen) {
      refuse(targets.refusal(target, address, worker));
      if (targets.grounds(destination, address) == Grounds.NAME) {
        refuse(changeOfReach(destination, address));
      }
    }
    return chosen.stream()
        .map(address -> new InetSocketAddress(address, destination.port()))
        .toList();
  }

  private Optional<String> changeOfReach(Destination destination, InetAddress address) {
    Reach reach = Reach.of(address);
    Reach first = reaches.putIfAbsent(destination.host(), reach);
    return first == null || first == reach
        ? Optional.empty()
        : Optional.of(
            destination.host() + " has led to a " + first.word()
                + " network and now has the address "
                + address.getHostAddress() + ", which is " + reach.word()
                + "; where it is meant, start worker " + worker + " with --allow-target "
                + new Destination(address.getHostAddress(), destination.port()).text());
  }

  private static void refuse(Optional<String> why) throws TargetRefused {
    if (why.isPresent()) {
      throw new TargetRefused(why.get());
    }
  }

  /**
   * Why this worker sends nothing to {@code target}, as a sentence without a full stop; empty where it
   * does, or where its name has no address now. May wait for a name server.
   */
  public Optional<String> refusal(URI target) {
    try {
      var _ = addresses(target);
      return Optional.empty();
    } catch (TargetRefused e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (UnknownHostException e) {
      // Requests fail by it, one by one, which is what the plan's run is to tell.
      return Optional.empty();
    }
  }
}
