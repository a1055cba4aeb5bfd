package dev.muster.worker.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A guest who speaks HTTP/1.1, as a worker does: with lengths in front of bodies, not in chunks. */
final class Http1Guest implements Guest.Speech {

  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] LENGTH = ascii("\r\ncontent-length:");
  private static final byte[] CLOSE = ascii("\r\nconnection: close\r\n");

  private static final byte[] ANSWER = answer("keep-alive");
  private static final byte[] LAST_ANSWER = answer("close");

  private int left;

  /** Bytes of a body that have not come. */
  private long owed;
  private boolean closes;

  /** @param requests after how many answers the connection is closed */
  Http1Guest(int requests) {
    left = requests;
  }

  /** As many servers put it. */
  private static byte[] answer(String connection) {
    String body = new String(StandIn.BODY, StandardCharsets.US_ASCII);
    return ascii(
        "HTTP/1.1 200 OK\r\nServer: stand-in\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + body.length()
            + "\r\nConnection: " + connection + "\r\n\r\n" + body);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public int hear(ByteBuffer bytes, int from, int to, Guest guest) {
    int at = from;
    while (at < to && left > 0) {
      if (owed == 0) {
        int end = find(HEAD_END, bytes, at, to);
        if (end < 0) {
          return at;
        }
        owed = bodyLength(bytes, at, end);
        closes = find(CLOSE, bytes, at, end + 2) >= 0;
        at = end + HEAD_END.length;
      }
      int body = (int) Math.min(owed, to - at);
      at += body;
      owed -= body;
      if (owed == 0) {
        answer(guest);
      }
    }
    return at;
  }

  private void answer(Guest guest) {
    left = closes ? 0 : left - 1;
    if (left > 0) {
      guest.answer(ANSWER);
    } else {
      guest.answer(LAST_ANSWER);
      guest.leave();
    }
  }

  private static long bodyLength(ByteBuffer bytes, int from, int to) {
    int at = find(LENGTH, bytes, from, to);
    long length = 0;
    for (at += LENGTH.length; at >= LENGTH.length && at < to; at++) {
      int digit = bytes.get(at) - '0';
      if (digit >= 0 && digit <= 9) {
        length = length * 10 + digit;
      } else if (digit != ' ' - '0') {
        break;
      }
    }
    return length;
  }

  /** Where {@code what}, which is in small letters, begins among bytes that may be in others, or -1. */
  private static int find(byte[] what, ByteBuffer bytes, int from, int to) {
    for (int at = from; at <= to - what.length; at++) {
      if (bytes.get(at) == what[0] && isAt(what, bytes, at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(byte[] what, ByteBuffer bytes, int at) {
    for (int i = 0; i < what.length; i++) {
      int there = bytes.get(at + i);
      if ((there >= 'A' && there <= 'Z' ? there | 0x20 : there) != what[i]) {
        return false;
      }
    }
    return true;
  }
}
