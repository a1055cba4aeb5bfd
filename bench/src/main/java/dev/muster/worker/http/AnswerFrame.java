package dev.muster.worker.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An answer with a body of 640 bytes is read to its end. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up.
public class AnswerFrame {

  private static final String HEAD = """
      HTTP/1.1 200 OK
      Server: nginx/1.22.1
      Date: Wed, 25 Nov 2026 12:00:00 GMT
      Content-Type: application/json
      Connection: keep-alive
      """.replace("\n", "\r\n");

  private final AnswerFramer framer = new AnswerFramer();
  private final ByteBuffer whole = new LoopBuffers(0).in();
  private final ByteBuffer chunked = new LoopBuffers(0).in();
  private int wholeEnd;
  private int chunkedEnd;

  @Setup
  public void setUp() {
    String body = "x".repeat(640);
    wholeEnd = fill(whole, HEAD + "Content-Length: 640\r\n\r\n" + body);
    chunkedEnd = fill(
        chunked, HEAD + "Transfer-Encoding: chunked\r\n\r\n280\r\n" + body + "\r\n0\r\n\r\n");
  }

  private static int fill(ByteBuffer buffer, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    buffer.put(0, bytes);
    return bytes.length;
  }

  /** In one piece, as nearly all are. */
  @Benchmark
  public int whole() {
    framer.begin(false);
    return status(framer.read(whole, 0, wholeEnd));
  }

  /** As before, and its body is asked for. */
  @Benchmark
  public int bodyKept() {
    framer.begin(true);
    return status(framer.read(whole, 0, wholeEnd));
  }

  /** In two pieces, cut within the head. */
  @Benchmark
  public int headCut() {
    framer.begin(false);
    framer.read(whole, 0, 80);
    return status(framer.read(whole, 80, wholeEnd));
  }

  /** Of one chunk. */
  @Benchmark
  public int chunked() {
    framer.begin(false);
    return status(framer.read(chunked, 0, chunkedEnd));
  }

  /** Left to Netty's decoder, as an odd answer is. */
  @Benchmark
  public int byNetty() {
    var answer = new OddAnswer(null);
    try {
      if (answer.read(whole, 0, wholeEnd) != AnswerFramer.Progress.WHOLE) {
        throw new IllegalStateException("the answer is not whole");
      }
      return answer.status();
    } finally {
      answer.close();
    }
  }

  private int status(AnswerFramer.Progress progress) {
    if (progress != AnswerFramer.Progress.WHOLE) {
      throw new IllegalStateException("the answer is not whole");
    }
    return framer.status();
  }
}
