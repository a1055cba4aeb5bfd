package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.plan.HttpOptions.Version;
import dev.muster.plan.TlsOptions;
import dev.muster.worker.engine.FailureKind;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes in at one end of TLS comes out at the other, whatever the wire below makes of it. */
class TlsWireTest {

  private static final int MOST = 100_000;

  @TempDir
  private static Path folder = Path.of("");

  private static SelfSigned certificate = new SelfSigned(Path.of(""));

  @BeforeAll
  static void makes_a_certificate() {
    certificate = SelfSigned.in(folder);
  }

  /**
   * A wire to an echo that speaks TLS, all in memory. Its answers come in pieces, when asked for. Before
   * them come its first words, if it has any, as soon as the handshake lets it.
   */
  private static final class Echo implements Wire {

    private final SSLEngine engine = certificate.engine();
    private final LoopBuffers out;
    private final Reader reader;
    private final Openings openings;
    private byte[] unread = new byte[0];
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private boolean begun;
    private boolean broken;
    private boolean closed;
    private String firstWords = "";

    Echo(LoopBuffers out, Reader reader, Openings openings) {
      this.out = out;
      this.reader = reader;
      this.openings = openings;
    }

    @Override
    public boolean write(int length) {
      if (broken && !closed) {
        closed = true;
        reader.broke(FailureKind.RESET);
      }
      if (closed) {
        return false;
      }
      byte[] joined = Arrays.copyOf(unread, unread.length + length);
      out.out().get(0, joined, unread.length, length);
      unread = joined;
      if (!begun) {
        begun = true;
        openings.connected(1, 2);
        reader.opened(2);
      }
      return false;
    }

    /** Lets the echo read and answer, and brings what it says in pieces of random lengths. */
    boolean turn(Random random) throws SSLException {
      return turn(random, () -> 1 + random.nextInt(random.nextBoolean() ? 20 : 30_000));
    }

    /** As above, in pieces of these lengths. */
    boolean turn(Random random, IntSupplier lengths) throws SSLException {
      readAll();
      byte[] said = answers.toByteArray();
      answers.reset();
      for (int from = 0; from < said.length && !closed;) {
        int part = Math.min(said.length - from, lengths.getAsInt());
        int gap = random.nextInt(9);
        var bytes = ByteBuffer.allocateDirect(gap + part + 5).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(gap, said, from, part);
        reader.received(bytes, gap, gap + part);
        from += part;
      }
      return said.length > 0 || unread.length > 0;
    }

    private void readAll() throws SSLException {
      var in = ByteBuffer.wrap(unread);
      var plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
      for (boolean more = true; more;) {
        SSLEngineResult result = engine.unwrap(in, plain.clear());
        run(engine);
        if (result.bytesProduced() > 0) {
          say(plain.flip());
        }
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          say(ByteBuffer.allocate(0));
          run(engine);
        }
        if (!firstWords.isEmpty()
            && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
          say(ByteBuffer.wrap(firstWords.getBytes(StandardCharsets.UTF_8)));
          firstWords = "";
        }
        more = result.bytesConsumed() > 0;
      }
      unread = Arrays.copyOfRange(unread, in.position(), unread.length);
    }

    private void say(ByteBuffer plain) throws SSLException {
      do {
        var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(plain, record);
        answers.write(record.array(), 0, record.position());
      } while (plain.hasRemaining());
    }

    private static void run(SSLEngine engine) {
      for (Runnable task = engine.getDelegatedTask(); task != null; task = engine
          .getDelegatedTask()) {
        task.run();
      }
    }

    @Override
    public boolean isReady() {
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Takes note of everything. */
  private static final class Noting implements Wire.Reader, Wire.Openings {

    private final ByteArrayOutputStream came = new ByteArrayOutputStream();
    private final List<String> told = new ArrayList<>();

    @Override
    public void connected(long beganNanos, long nowNanos) {
      told.add("connected");
    }

    @Override
    public void secured(long beganNanos, long nowNanos) {
      told.add("secured");
    }

    @Override
    public void opened(long nowNanos) {
      told.add("opened");
    }

    @Override
    public void received(ByteBuffer bytes, int from, int to) {
      assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      byte[] part = new byte[to - from];
      bytes.get(from, part);
      came.writeBytes(part);
    }

    @Override
    public void drained() {}

    @Override
    public void ended() {
      told.add("ended");
    }

    @Override
    public void broke(FailureKind kind) {
      told.add(kind.word());
    }
  }

  /** A wire of TLS to an echo, and what it was told. */
  private final class Line {

    private final Noting reader = new Noting();
    private final LoopBuffers plain = new LoopBuffers(MOST);
    private final Wire wire;
    private final Echo echo;

    Line() throws IOException {
      var encrypted = TlsWire.encrypted();
      var opened = new Echo[1];
      wire = TlsWire
          .opener((_, below) -> opened[0] = new Echo(encrypted, below, reader), encrypted, plain,
              tls,
              "localhost", null, reader)
          .open(new InetSocketAddress(1), reader);
      echo = opened[0];
    }
  }

  private final SslContext tls = TargetTls.context(new TlsOptions(null, true), Version.HTTP_1_1);

  @AfterEach
  void gives_back() {
    ReferenceCountUtil.release(tls);
  }

  @Test
  void everything_written_comes_back_however_it_is_cut() throws IOException {
    for (int seed = 0; seed < 150; seed++) {
      var random = new Random(seed);
      var sent = new ByteArrayOutputStream();
      var line = new Line();

      for (int write = 0; write < 12; write++) {
        byte[] text = new byte[1 + random.nextInt(random.nextBoolean() ? 300 : MOST)];
        random.nextBytes(text);
        line.plain.out().put(0, text);
        boolean _ = line.wire.write(text.length);
        sent.writeBytes(text);
        if (random.nextBoolean()) {
          boolean _ = line.echo.turn(random);
        }
      }
      for (int turn = 0; turn < 50 && line.reader.came.size() < sent.size(); turn++) {
        boolean _ = line.echo.turn(random);
      }

      assertThat(line.reader.came.toByteArray()).as("seed %d", seed)
          .isEqualTo(sent.toByteArray());
      assertThat(line.reader.told).containsExactly("connected", "secured", "opened");
      assertThat(line.wire.isReady()).isTrue();
      line.wire.close();
      assertThat(line.wire.isReady()).isFalse();
      assertThat(line.echo.closed).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, 1", "TLSv1.2, 20", "TLSv1.2, 100000", "TLSv1.3, 1", "TLSv1.3, 100000"})
  void a_target_may_speak_first(String version, int atOnce) throws IOException {
    var line = new Line();
    line.echo.engine.setEnabledProtocols(new String[]{version});
    line.echo.firstWords = "welcome, ";
    line.plain.out().put(0, "guest".getBytes(StandardCharsets.UTF_8));
    boolean _ = line.wire.write(5);
    var random = new Random(0);
    for (int turn = 0; turn < 10; turn++) {
      boolean _ = line.echo.turn(random, () -> atOnce);
    }

    assertThat(line.echo.engine.getSession().getProtocol()).isEqualTo(version);
    assertThat(line.reader.told).containsExactly("connected", "secured", "opened");
    assertThat(line.reader.came.toString(StandardCharsets.UTF_8)).isEqualTo("welcome, guest");
    line.wire.close();
  }

  @Test
  void one_that_breaks_while_it_is_closed_is_closed() throws IOException {
    var line = new Line();
    boolean _ = line.wire.write(10);
    var random = new Random(0);
    while (line.reader.came.size() < 10) {
      boolean _ = line.echo.turn(random);
    }
    // Of which the kernel tells when the last word of TLS is written.
    line.echo.broken = true;
    line.wire.close();

    assertThat(line.reader.told).containsExactly("connected", "secured", "opened");
    assertThat(line.wire.isReady()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_is_no_tls_breaks_the_wire_once(boolean itIsBrokenAlready) throws IOException {
    var line = new Line();
    boolean _ = line.wire.write(10);
    line.echo.broken = itIsBrokenAlready;
    var below = line.echo.reader;

    byte[] text = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    var bytes = ByteBuffer.allocateDirect(text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0, text);
    below.received(bytes, 0, text.length);
    below.ended();
    below.broke(FailureKind.RESET);

    assertThat(line.reader.told).containsExactly("connected", "tls");
    assertThat(line.wire.write(10)).isFalse();
  }
}
