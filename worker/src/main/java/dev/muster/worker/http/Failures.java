package dev.muster.worker.http;

import dev.muster.worker.engine.FailureKind;
import dev.muster.worker.guard.TargetRefused;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells what kind of failure an exception of Netty or of the JDK is. */
final class Failures {

  private Failures() {}

  /**
   * The kind of {@code cause}. Where the type does not tell, the words of the operating system do;
   * they are those of glibc's strerror, which both of Netty's transports pass on.
   */
  static FailureKind kindOf(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      String message = t.getMessage() == null ? "" : t.getMessage().toLowerCase(Locale.ROOT);
      if (t instanceof SSLException) {
        // The name of the alert in RFC 7301, 3.2, as BoringSSL and the JDK tell it.
        return message.contains("no_application_protocol")
            ? FailureKind.HTTP_VERSION
            : FailureKind.TLS;
      }
      if (t instanceof TargetRefused) {
        return FailureKind.NOT_ALLOWED;
      }
      if (t instanceof UnknownHostException) {
        return FailureKind.DNS;
      }
      if (message.contains("too many open files")
          || message.contains("cannot assign requested address")
          || message.contains("address not available")
          || message.contains("no buffer space")
          || t instanceof BindException) {
        return FailureKind.NO_SOCKET;
      }
      if (t instanceof NoRouteToHostException
          || message.contains("network is unreachable")
          || message.contains("no route to host")) {
        return FailureKind.UNREACHABLE;
      }
      if (message.contains("connection refused")) {
        return FailureKind.REFUSED;
      }
      if (message.contains("timed out") && t instanceof ConnectException) {
        return FailureKind.CONNECT_TIMEOUT;
      }
      if (message.contains("connection reset") || message.contains("broken pipe")) {
        return FailureKind.RESET;
      }
      if (t instanceof DecoderException && t.getCause() == null) {
        return FailureKind.BAD_RESPONSE;
      }
      if (t instanceof ClosedChannelException
          || (t instanceof IOException && message.contains("closed"))) {
        return FailureKind.CLOSED_EARLY;
      }
    }
    return FailureKind.OTHER;
  }
}
