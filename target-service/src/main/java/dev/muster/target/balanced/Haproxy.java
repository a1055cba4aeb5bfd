package dev.muster.target.balanced;

import dev.muster.target.process.ProcessException;
import dev.muster.target.process.ServiceProcess;
import dev.muster.target.process.Supervised;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HAProxy, told and asked by commands on its socket, each on a connection of its own. Safe
 * for use by many threads.
 *
 * @param socket where it takes them
 */
record Haproxy(Path socket) implements Supervised.Duty {
  private static final Logger LOG = LoggerFactory.getLogger(Haproxy.class);
  private static final Duration POLL = Duration.ofMillis(10);

  /**
   * What it has counted.
   *
   * @throws IOException if it does not answer
   */
  BalancerStats stats() throws IOException {
    return BalancerStats.parse(ask("show stat typed"));
  }

  /**
   * Starts its counts again at zero.
   *
   * @throws IOException if it does not answer
   */
  void reset() throws IOException {
    ask("clear counters all");
  }

  /** From now on this process gets its share. */
  void admit(Place place) {
    tell("set server " + HaproxyConfig.BACK + "/" + place.name() + " state ready");
  }

  /** From now on this process gets none. */
  void dismiss(Place place) {
    tell("set server " + HaproxyConfig.BACK + "/" + place.name() + " state maint");
  }

  @Override
  public void begin(ServiceProcess process) {
    while (!answers()) {
      if (process.endsWithin(POLL)) {
        throw new ProcessException(
            "HAProxy ended as soon as it was started; it said:\n" + process.lastWords(), null);
      }
    }
  }

  @Override
  public void end() {}

  private boolean answers() {
    try {
      return !ask("show info").isBlank();
    } catch (IOException e) {
      return false;
    }
  }

  // One that does not run now will begin with all of them, and find out by itself.
  private void tell(String command) {
    try {
      String complaint = ask(command).strip();
      if (!complaint.isEmpty()) {
        LOG.warn("HAProxy refuses \"{}\": {}", command, complaint);
      }
    } catch (IOException e) {
      LOG.debug("HAProxy does not hear \"{}\"", command, e);
    }
  }

  private String ask(String command) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var bytes = ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(
          Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
