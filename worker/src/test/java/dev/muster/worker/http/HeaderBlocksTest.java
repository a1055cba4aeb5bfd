package dev.muster.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Header blocks, however a target has encoded them. */
class HeaderBlocksTest {

  private static final int CASES = 20_000;

  private final HeaderBlocks blocks = new HeaderBlocks();

  @Test
  void status_and_length_are_read_as_they_were_written() throws Http2Exception {
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      var encoder = encoder(random);
      // The first block says that there is no table, those after it say nothing of it.
      for (int i = 0; i < 2; i++) {
        Http2Headers headers = headers(random);
        CharSequence length = headers.get("content-length");

        read(encoder, headers);

        assertThat(blocks.status()).as("seed %d", seed)
            .isEqualTo(Integer.parseInt(String.valueOf(headers.status())));
        assertThat(blocks.length()).as("seed %d", seed)
            .isEqualTo(length == null ? -1 : Long.parseLong(length.toString()));
      }
    }
  }

  @Test
  void a_broken_block_is_read_or_refused_and_nothing_else() {
    for (int seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      try {
        byte[] block = block(encoder(random), headers(random));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          block[random.nextInt(block.length)] = (byte) random.nextInt();
        }
        int end = 1 + random.nextInt(block.length);
        blocks.read(ByteBuffer.wrap(block), 0, end);
      } catch (Http2Exception e) {
        assertThat(Http2Exception.isStreamError(e)).isFalse();
      }
    }
  }

  @Test
  void a_block_without_a_status_is_malformed() throws Http2Exception {
    read(encoder(new Random(1)), new DefaultHttp2Headers().add("server", "test"));
    assertThat(blocks.status()).isEqualTo(HeaderBlocks.MALFORMED);
  }

  @Test
  void a_length_that_is_no_number_is_malformed() throws Http2Exception {
    for (String length : new String[]{"many", "-1", "1 ", "1234567890123456789"}) {
      read(
          encoder(new Random(1)),
          new DefaultHttp2Headers(false).status("200").add("content-length", length));
      assertThat(blocks.status()).as(length).isEqualTo(HeaderBlocks.MALFORMED);
    }
  }

  @Test
  void a_second_status_is_malformed() throws Http2Exception {
    // The static table's :status: 200 and :status: 404.
    byte[] block = {(byte) 0x88, (byte) 0x8d};
    blocks.read(ByteBuffer.wrap(block), 0, 2);
    assertThat(blocks.status()).isEqualTo(HeaderBlocks.MALFORMED);
  }

  @Test
  void a_table_that_was_forbidden_is_refused() {
    // A table of 31 bytes or more; an entry of a table.
    for (String block : new String[]{"3f0088", "88be"}) {
      byte[] bytes = HexFormat.of().parseHex(block);
      assertThatThrownBy(() -> blocks.read(ByteBuffer.wrap(bytes), 0, bytes.length))
          .as(block)
          .isInstanceOf(Http2Exception.class);
    }
  }

  @Test
  void blocks_lie_anywhere_in_their_buffer() throws Http2Exception {
    byte[] block = block(
        encoder(new Random(1)),
        new DefaultHttp2Headers().status("302").add("content-length", "17"));
    ByteBuffer buffer = ByteBuffer.allocate(block.length + 20);
    buffer.put(10, block);

    blocks.read(buffer, 10, 10 + block.length);

    assertThat(blocks.status()).isEqualTo(302);
    assertThat(blocks.length()).isEqualTo(17);
  }

  private void read(DefaultHttp2HeadersEncoder encoder, Http2Headers headers)
      throws Http2Exception {
    byte[] block = block(encoder, headers);
    blocks.read(ByteBuffer.wrap(block), 0, block.length);
  }

  /** One that codes all, some or no texts, and whose table may be forbidden to keep some headers. */
  static DefaultHttp2HeadersEncoder encoder(Random random) {
    int coded = new int[]{0, 4, 1_000_000}[random.nextInt(3)];
    boolean secret = random.nextBoolean();
    var encoder = new DefaultHttp2HeadersEncoder(
        (name, _) -> secret && name.length() % 2 == 0, false, 16, coded);
    try {
      encoder.configuration().maxHeaderTableSize(0);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return encoder;
  }

  private static byte[] block(DefaultHttp2HeadersEncoder encoder, Http2Headers headers)
      throws Http2Exception {
    ByteBuf buffer = Unpooled.buffer();
    encoder.encodeHeaders(1, headers, buffer);
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }

  private static Http2Headers headers(Random random) {
    int status = random.nextBoolean()
        ? new int[]{200, 204, 206, 304, 400, 404, 500}[random.nextInt(7)]
        : 100 + random.nextInt(900);
    var headers = new DefaultHttp2Headers().status(Integer.toString(status));
    for (int i = random.nextInt(5); i > 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> headers.add("server", "nginx/1.22.1");
        case 1 -> headers.add("cache-control", "max-age=" + random.nextInt());
        case 2 -> headers.add("x-" + random.nextInt(1_000), text(random));
        case 3 -> headers.add("accept-encoding", "gzip, deflate");
        default -> headers.add("etag", text(random));
      }
    }
    if (random.nextBoolean()) {
      headers.add("content-length", Long.toString(random.nextLong(1L << random.nextInt(1, 59))));
    }
    return headers;
  }

  private static String text(Random random) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 1_000 : 30)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (33 + random.nextInt(94));
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
