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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A connection to a coordinator on which a test writes whatever it likes, over TLS where that is spoken. */
final class RawLink implements AutoCloseable {

  /** Longer than an idle connection is left open. */
  private static final int PATIENCE_MILLIS = 90_000;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ACKNOWLEDGED = 1;

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
    return write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").write(frame(SETTINGS, 0, 0, new byte[0]))
        .call(method, 1);
  }

  /** Begins another call, on a stream of an odd number higher than those before. */
  RawLink call(String method, int stream) throws IOException {
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
    return write(frame(HEADERS, END_HEADERS, stream, headers.toByteArray()));
  }

  /** Gives a call up. */
  RawLink reset(int stream) throws IOException {
    return write(frame(RESET, 0, stream, new byte[]{0, 0, 0, 8}));
  }

  /** Asks whether the other side is there. */
  RawLink ping() throws IOException {
    return write(frame(PING, 0, 0, new byte[8]));
  }

  private static void literal(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  /** The call's only message, which has nothing in it. */
  RawLink emptyMessage() throws IOException {
    return write(frame(DATA, END_STREAM, 1, prefix(0)));
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
    awaitEndOfCall(1);
  }

  /** As {@link #awaitEndOfCall()}, for the call on this stream. */
  void awaitEndOfCall(int stream) throws IOException {
    var _ = await(
        frame -> frame.stream() == stream
            && (frame.type() == RESET || (frame.type() == HEADERS && frame.has(END_STREAM))));
  }

  /** The number of a setting that the other side tells in the beginning; RFC 9113, 6.5.2. */
  long toldSetting(int id) throws IOException {
    ByteBuffer told = await(frame -> frame.type() == SETTINGS && !frame.has(ACKNOWLEDGED))
        .payload();
    while (told.hasRemaining()) {
      int each = told.getShort();
      long value = told.getInt() & 0xffff_ffffL;
      if (each == id) {
        return value;
      }
    }
    throw new AssertionError("setting " + id + " was not told");
  }

  /** What the other side says when it ends the connection, whose pings are answered until then. */
  String awaitGoAway() throws IOException {
    ByteBuffer payload = await(frame -> frame.type() == GO_AWAY).payload();
    // After the last stream and a number.
    return StandardCharsets.ISO_8859_1.decode(payload.position(8)).toString();
  }

  private record Frame(int type, int flags, int stream, ByteBuffer payload) {

    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  private Frame await(Predicate<Frame> wanted) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    while (true) {
      ByteBuffer head = ByteBuffer.wrap(in.readNBytes(9));
      if (head.remaining() < 9) {
        throw new AssertionError("the whole connection was ended");
      }
      int lengthAndType = head.getInt();
      var frame = new Frame(
          lengthAndType & 0xff, head.get(), head.getInt(),
          ByteBuffer.wrap(in.readNBytes(lengthAndType >>> 8)));
      if (wanted.test(frame)) {
        return frame;
      }
      if (frame.type() == PING && !frame.has(ACKNOWLEDGED)) {
        write(frame(PING, ACKNOWLEDGED, 0, frame.payload().array()));
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
