package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.LiveFaults;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/**
 * One address that answers HTTP/1.1 requests with what its {@link Api} says, each connection on a
 * virtual thread of its own. Every answer is counted as {@link Counts} says.
 */
public final class HttpListener implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 65_536;

  private final WebServer server;
  private final Deadlines deadlines;
  private final int port;

  private HttpListener(WebServer server, Deadlines deadlines) {
    this.server = server;
    // Helidon forgets it on stopping.
    this.port = server.port();
    this.deadlines = deadlines;
  }

  /**
   * Where to listen.
   *
   * @param host a name or address of this machine
   * @param port 0 for any free one
   * @param backlog how many connections may wait to be accepted
   * @param flag the command line's word for another port, for error texts
   */
  public record Address(String host, int port, int backlog, String flag) {}

  /**
   * How to treat a connection.
   *
   * @param keepAlive whether it serves more than one request
   * @param readTimeout the longest that a request may take to arrive
   * @param writeTimeout the longest that an answer may take to be written
   */
  public record Manners(boolean keepAlive, Duration readTimeout, Duration writeTimeout) {}

  /**
   * Begins to listen; on return connections are accepted.
   *
   * @param faults how the listener misbehaves
   * @param waits whether the API may wait for another process

   * @throws ListenException if the address is in use or not one of this machine
   */
  public static HttpListener start(Address address, Manners manners, Api api, Counts counts,
      LiveFaults faults,
      boolean waits) {
    checkFree(address);
    var deadlines = new Deadlines(manners);
    var answering = new Answering(api, counts, manners.keepAlive());
    WebServer server = WebServer.builder()
        .host(address.host())
        .port(address.port())
        .backlog(address.backlog())
        .maxPayloadSize(MAX_BODY_BYTES)
        // Ours alone: where there are several, Helidon waits for a client's first bytes to choose
        // one, and a client that sends none would not be seen.
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new ConversationSelector(deadlines))
        .featuresDiscoverServices(false)
        .directHandlers(refusals(counts))
        .routing(routing -> routing.any(answering::handle))
        .shutdownHook(false)
        .build()
        .start();
    if (!server.isRunning()) {
      deadlines.close();
      throw new ListenException("cannot listen on port " + address.port() + " of " + address.host()
          + "; choose another with " + address.flag(), null);
    }
    return new HttpListener(server, deadlines);
  }

  /** The port that was bound. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    server.stop();
    deadlines.close();
  }

  // Helidon logs a failed bind and forgets its cause, so we ask the system first.
  private static void checkFree(Address address) {
    var socketAddress = new InetSocketAddress(address.host(), address.port());
    if (socketAddress.isUnresolved()) {
      throw new ListenException("no address is known for the host " + address.host(), null);
    }
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(socketAddress);
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      throw new ListenException(reason.contains("in use")
          ? "port " + address.port() + " on " + address.host() + " is in use; choose another with "
              + address.flag()
          : "cannot listen on port " + address.port() + " of " + address.host() + ": " + reason, e);
    } catch (IOException e) {
      throw new ListenException("cannot listen on port " + address.port() + " of " + address.host()
          + ": " + e.getMessage(), e);
    }
  }

  // What Helidon refuses before it comes to us: a first line, a header or a path that it cannot read.
  private static DirectHandlers refusals(Counts counts) {
    var builder = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) {
      builder.addHandler(type, (_, _, status, headers, _) -> refusal(status, headers, counts));
    }
    return builder.build();
  }

  private static DirectHandler.TransportResponse refusal(
      Status status, ServerResponseHeaders headers, Counts counts) {
    counts.arrived();
    Conversation.current().counted(counts.answered(Answer.OTHER, status.code()));
    var reason = "the request cannot be taken: " + status.reasonPhrase();
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .headers(headers.set(HeaderNames.CONTENT_TYPE, "application/json"))
        .entity(Answer.error(Answer.OTHER, status.code(), reason).body())
        .keepAlive(false)
        .build();
  }
}
