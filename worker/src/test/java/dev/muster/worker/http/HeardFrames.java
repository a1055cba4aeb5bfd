package dev.muster.worker.http;

import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears, and of header blocks what {@link HeaderBlocks} makes of them. */
final class HeardFrames implements FrameReader.Frames {

  final List<String> events = new ArrayList<>();
  private final HeaderBlocks blocks = new HeaderBlocks();
  final StringBuilder content = new StringBuilder();

  @Override
  public void headers(int stream, boolean last, ByteBuffer bytes, int from, int to)
      throws Http2Exception {
    blocks.read(bytes, from, to);
    events.add("headers " + stream + " " + last + " " + blocks.status() + " " + blocks.length());
  }

  @Override
  public void data(int stream, ByteBuffer bytes, int from, int count) {
    byte[] copy = new byte[count];
    bytes.get(from, copy);
    content.append(new String(copy, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void dataEnded(int stream, int length, boolean last) {
    events.add("data " + stream + " " + content + " " + length + " " + last);
    content.setLength(0);
  }

  @Override
  public void reset(int stream, int error) {
    events.add("reset " + stream + " " + error);
  }

  @Override
  public void setting(int key, long value) {
    events.add("setting " + key + " " + value);
  }

  @Override
  public void settingsEnded() {
    events.add("settings");
  }

  @Override
  public void ping(long data) {
    events.add("ping " + Long.reverseBytes(data));
  }

  @Override
  public void goAway(int lastStream, int error) {
    events.add("go away " + lastStream + " " + error);
  }

  @Override
  public void windowUpdate(int stream, int more) {
    events.add("window " + stream + " " + more);
  }
}
