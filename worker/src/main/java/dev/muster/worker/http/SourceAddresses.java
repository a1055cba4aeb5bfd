package dev.muster.worker.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine that connections leave from, in turn, so that there are more of them
 * than one address has ports. For one thread.
 */
final class SourceAddresses {

  private final List<InetAddress> addresses;
  private int next;

  /** @param addresses none of them: the kernel chooses */
  SourceAddresses(List<InetAddress> addresses) {
    this.addresses = List.copyOf(addresses);
  }

  /** The address of the next connection, with any port; null when the kernel chooses. */
  @Nullable
  InetSocketAddress next() {
    if (addresses.isEmpty()) {
      return null;
    }
    next = (next + 1) % addresses.size();
    return new InetSocketAddress(addresses.get(next), 0);
  }
}
