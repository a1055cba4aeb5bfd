package dev.muster.cli;

import dev.muster.trust.Credential;
import dev.muster.trust.LiveCredential;
import dev.muster.trust.Role;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A connection to a coordinator on which a test writes whatever it likes, over TLS where that is spoken. */
final class RawLink implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int END_HEADERS = 4;

  private final Socket socket;

  private RawLink(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** One that has said nothing, not even of TLS. */
  static RawLink bare(int port) throws IOException {
    return new RawLink(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** One that shows this certificate, or none. */
  static RawLink tls(int port, @Nullable Credential credential) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(
          credential == null
              ? null
              : new KeyManager[]{new LiveCredential(credential).keys()},
          new TrustManager[]{new TrustsAll()}, null);
      var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[]{"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RawLink(socket);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** One as a worker of {@code run} has, with a certificate where that is needed. */
  static RawLink ofWorker(OngoingRun run, String name) throws IOException {
    return run.isSecured()
        ? tls(run.port(), run.credential(Role.WORKER, name))
        : bare(run.port());
  }

  RawLink write(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  RawLink write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Begins to speak HTTP/2, and a call of gRPC. */
  RawLink call(String method) throws IOException {
    var headers = new ByteArrayOutputStream();
    Map.of(
        ":method", "POST", ":scheme", "http", ":path", "/muster.v1." + method, ":authority", "x",
        "te", "trailers", "content-type", "application/grpc")
        .entrySet()
        .stream()
        // Those with a colon come first.
        .sorted(Map.Entry.comparingByKey())
        .forEach(header -> {
          // A literal that is not indexed, with a name of its own, as HPACK writes it.
          headers.write(0);
          literal(headers, header.getKey());
          literal(headers, header.getValue());
        });
    return write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").write(frame(SETTINGS, 0, 0, new byte[0]))
        .write(frame(HEADERS, END_HEADERS, 1, headers.toByteArray()));
  }

  private static void literal(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  /** A part of the call's messages. */
  RawLink data(byte[] bytes) throws IOException {
    return write(frame(DATA, 0, 1, bytes));
  }

  /** The five bytes before a message of gRPC that has so many. */
  static byte[] prefix(int length) {
    return new byte[]{0, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8),
        (byte) length};
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(payload.length >> 16);
    out.write(payload.length >> 8);
    out.write(payload.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(new byte[]{(byte) (stream >> 24), (byte) (stream >> 16), (byte) (stream >> 8),
        (byte) stream});
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** All that comes until the other side closes, which it must. */
  String readToEnd() {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection was left open", e);
    } catch (IOException e) {
      return ""; // Closed, if not politely.
    }
  }

  /** Waits until the call is ended by the other side, which the connection outlives. */
  void awaitEndOfCall() throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    while (true) {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        throw new AssertionError("the whole connection was ended");
      }
      in.skipNBytes(((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff));
      if (head[8] == 1 && (head[3] == HEADERS || head[3] == RESET)) {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    // At once, as one who is killed.
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static final class TrustsAll implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
