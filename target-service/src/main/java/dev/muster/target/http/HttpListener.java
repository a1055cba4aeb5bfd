package dev.muster.target.http;

import dev.muster.target.api.Api;
import dev.muster.target.api.Counts;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One address that answers HTTP/1.0 and 1.1 with what its {@link Api} says, on as many event loops as
 * the machine has cores. Every answer is counted as {@link Counts} says. Any thread may close it.
 */
public final class HttpListener implements AutoCloseable {
  private static final long FINISH_MILLIS = 500;

  private final EventLoopGroup loops;
  private final Channel listening;
  private final ChannelGroup open;

  private HttpListener(EventLoopGroup loops, Channel listening, ChannelGroup open) {
    this.loops = loops;
    this.listening = listening;
    this.open = open;
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
   * @param keepAlive whether it serves more than one request; one that is kept and idle for 60 s is
   *     closed
   * @param readTimeout the longest that a request may take to arrive; a client that has sent none or
   *     a part by then is cut off, unanswered and uncounted
   * @param writeTimeout the longest that an answer may take to be found and written, beside the time
   *     that it takes because of a fault
   */
  public record Manners(boolean keepAlive, Duration readTimeout, Duration writeTimeout) {}

  /**
   * Begins to listen; on return connections are accepted.
   *
   * @param api called by an event loop, or by a virtual thread for each request if it waits
   * @param faults how the listener misbehaves
   * @param waits whether the API may wait for another process
   * @throws ListenException if the address is in use or not one of this machine
   */
  public static HttpListener start(Address address, Manners manners, Api api, Counts counts,
      LiveFaults faults, boolean waits) {
    var socketAddress = new InetSocketAddress(address.host(), address.port());
    if (socketAddress.isUnresolved()) {
      throw new ListenException("no address is known for the host " + address.host(), null);
    }
    var service = new Service(api, counts, faults, manners, waits, new Responses());
    var transport = Transport.best();
    var loops = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(),
        new DefaultThreadFactory("target", true), transport.handlers());
    // One that comes while all are closed is closed as well.
    var open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    ChannelFuture bound = new ServerBootstrap()
        .group(loops)
        .channel(transport.channel())
        .option(ChannelOption.SO_BACKLOG, address.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        // A client may end its output after the request, and still gets its answer.
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            open.add(channel);
            var decoder = new RequestDecoder();
            channel.pipeline()
                .addLast(decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(new Connection(service, channel, decoder));
          }
        })
        .bind(socketAddress)
        .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop(loops);
      throw refused(address, bound.cause());
    }
    return new HttpListener(loops, bound.channel(), open);
  }

  /**
   * Begins to listen for those who run the service: connections are kept, nothing misbehaves, and
   * nobody reads the counts of these requests.
   *
   * @param manners whose timeouts hold
   * @param waits whether the API may wait for another process
   * @throws ListenException if the address is in use or not one of this machine
   */
  public static HttpListener startAdmin(
      Address address, Manners manners, Api api, boolean waits) {
    return start(address, new Manners(true, manners.readTimeout(), manners.writeTimeout()), api,
        new Counts(), new LiveFaults(Faults.NONE), waits);
  }

  /** The port that was bound. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Accepts no more; requests in progress have half a second to finish. On return all is closed. */
  @Override
  public void close() {
    listening.close().awaitUninterruptibly();
    open.forEach(channel -> channel.pipeline().fireUserEventTriggered(Connection.FINISH));
    open.newCloseFuture().awaitUninterruptibly(FINISH_MILLIS);
    open.close().awaitUninterruptibly();
    stop(loops);
  }

  private static void stop(EventLoopGroup loops) {
    loops.shutdownGracefully(0, FINISH_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private static ListenException refused(Address address, Throwable cause) {
    // The native transport puts the name and the number of the call before the reason.
    String reason = String.valueOf(cause.getMessage())
        .replaceFirst("^.*failed with error.*?: ", "");
    return new ListenException(reason.contains("in use")
        ? "port " + address.port() + " on " + address.host() + " is in use; choose another with "
            + address.flag()
        : "cannot listen on port " + address.port() + " of " + address.host() + ": " + reason,
        cause);
  }
}
