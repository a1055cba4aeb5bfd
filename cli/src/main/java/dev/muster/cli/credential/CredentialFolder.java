package dev.muster.cli.credential;

import dev.muster.cli.ConfigFolder;
import dev.muster.cli.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;

/** The user's folder for the credential of a coordinator: one for each address. */
public final class CredentialFolder {

  private static final String LOOPBACK = "127.0.0.1";

  private CredentialFolder() {}

  /** The folder for the coordinator that is reached at {@code address}; it may not exist. */
  public static Path of(HostAndPort address) {
    return of(address, System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static Path of(HostAndPort address, Map<String, String> environment, Path home) {
    String host = reached(address.host()).replaceAll("[^A-Za-z0-9.-]", "_");
    return ConfigFolder.path(environment, home)
        .resolve("credentials")
        .resolve(host + "_" + address.port());
  }

  /** Where one who listens on {@code host} is reached from this machine. */
  private static String reached(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return LOOPBACK;
    }
    // Names are not looked up: what they stand for may change.
    if (host.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
      try {
        InetAddress address = InetAddress.getByName(host);
        return address.isAnyLocalAddress() || address.isLoopbackAddress()
            ? LOOPBACK
            : address.getHostAddress();
      } catch (UnknownHostException e) {
        return host;
      }
    }
    return host;
  }
}
