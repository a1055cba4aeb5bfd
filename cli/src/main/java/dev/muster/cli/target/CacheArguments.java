package dev.muster.cli.target;

import dev.muster.cli.Arguments;
import dev.muster.cli.HostAndPort;
import dev.muster.target.store.CacheOptions;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the command line says where the memcached is. */
final class CacheArguments {

  private static final int DEFAULT_PORT = 11_211;

  @Option(names = "--cache", paramLabel = "HOST:PORT", defaultValue = "${env:MUSTER_CACHE:-}", description = "The memcached. Default: $MUSTER_CACHE.")
  private String address = "";

  @Option(names = "--cache-expiry", paramLabel = "TIME", defaultValue = "${env:MUSTER_CACHE_EXPIRY:-1h}", description = "How long an entry lives, 1s to 30d. Default: $MUSTER_CACHE_EXPIRY, or 1h.")
  private String expiry = "";

  @Option(names = "--cold-cache", description = "Do not fill the cache before the first request.")
  private boolean cold;

  /** What is given, if there is an address. */
  Optional<CacheOptions> given() {
    if (address.isEmpty()) {
      return Optional.empty();
    }
    var parsed = HostAndPort.parse(address, "--cache", DEFAULT_PORT);
    return Optional.of(options(parsed.host(), parsed.port()));
  }

  /** A cache of this place, with an expiry as asked for. */
  CacheOptions options(String host, int port) {
    Duration life = Arguments.time("--cache-expiry", expiry);
    return Arguments.checked(
        "--cache-expiry", () -> new CacheOptions(host, port, life, CacheOptions.TIMEOUT));
  }

  /** Whether it is filled before the first request. */
  boolean warm() {
    return !cold;
  }
}
