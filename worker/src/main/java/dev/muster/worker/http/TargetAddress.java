package dev.muster.worker.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the target is. Its name is looked up before the run and every 30 s during it, on a thread of
 * its own, so that no event loop waits for a name server. For any thread.
 */
final class TargetAddress implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TargetAddress.class);
  private static final long REFRESH_SECONDS = 30;

  private final String host;
  private final int port;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("target-address").factory());
  private volatile List<InetSocketAddress> addresses = List.of();

  /** Looks the host of {@code target} up, and waits for the answer. */
  TargetAddress(URI target) {
    // Brackets belong to an IPv6 address in a URI only.
    host = target.getHost().replaceAll("^\\[|]$", "");
    port = target.getPort() >= 0 ? target.getPort() : target.getScheme().equals("https") ? 443 : 80;
    refresh();
    var _ = thread.scheduleWithFixedDelay(
        this::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * The address for {@code user}, over which users spread: of those of version 4 where the target has
   * any, else of those of version 6, as a service that listens on one version only is the commonest
   * surprise on a developer's machine.
   *
   * @throws UnknownHostException while its name has never been resolved
   */
  InetSocketAddress of(long user) throws UnknownHostException {
    List<InetSocketAddress> known = addresses;
    if (known.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return known.get((int) (user % known.size()));
  }

  private void refresh() {
    try {
      InetAddress[] all = InetAddress.getAllByName(host);
      boolean four = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
      addresses = Arrays.stream(all)
          .filter(address -> address instanceof Inet4Address == four)
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    } catch (UnknownHostException e) {
      // What was known stays good; where nothing was, requests fail with kind "dns" until it is.
      LOG.debug("The target's name does not resolve now", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
