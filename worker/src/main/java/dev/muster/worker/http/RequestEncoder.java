package dev.muster.worker.http;

import dev.muster.plan.Plan;
import dev.muster.plan.scenario.Header;
import dev.muster.plan.scenario.Step;
import dev.muster.plan.scenario.Template;
import dev.muster.worker.engine.Exchange;
import java.nio.ByteBuffer;

/**
 * Writes one request of a plan as HTTP/1.1. Everything that is the same each time is bytes beforehand;
 * what is left for a request is to copy them and to write its numbers between. For any thread.
 */
final class RequestEncoder {

  private static final byte[] END_OF_HEAD = Pieces.utf8("\r\n\r\n");
  private static final byte[] CONTENT_LENGTH = Pieces.utf8("content-length: ");

  private final Pieces head;
  private final Pieces body;

  /** Whether the body's length is known only when its numbers are. */
  private final boolean lengthVaries;

  private final int longest;

  private RequestEncoder(Pieces head, Pieces body) {
    this.head = head;
    this.body = body;
    this.lengthVaries = body.vary();
    this.longest = head.longest() + body.longest() + (lengthVaries ? lengthRoom() : 0);
  }

  /** The encoder of {@code request} in {@code plan}. */
  static RequestEncoder of(Step.Request request, Plan plan) {
    var head = new Pieces.Builder()
        .text(request.method() + " ")
        .path(request.path())
        .text(" HTTP/1.1\r\n");
    for (Header header : PlannedHeaders.of(request, plan)) {
      head.text(header.name() + ": ").template(header.value()).text("\r\n");
    }
    Template text = request.body();
    Pieces body = Pieces.of(text == null ? Template.literal("") : text);
    if (!body.vary()) {
      if (PlannedHeaders.tellsLength(request)) {
        head.text("content-length: " + body.longest() + "\r\n");
      }
      head.text("\r\n");
    }
    return new RequestEncoder(head.build(), body);
  }

  /** The bytes of the longest request that {@link #encode} may write. */
  int longest() {
    return longest;
  }

  /** Writes a request at the beginning of {@code into} and returns its length. */
  int encode(Exchange exchange, ByteBuffer into) {
    int at = head.write(exchange, into, 0);
    if (!lengthVaries) {
      return body.write(exchange, into, at);
    }
    // Its length stands before the body, which therefore is written behind the room for it.
    int room = lengthRoom();
    int bodyEnd = body.write(exchange, into, at + room);
    int length = bodyEnd - at - room;
    int end = Pieces.writeNumber(into, Pieces.put(into, at, CONTENT_LENGTH), length);
    end = Pieces.put(into, end, END_OF_HEAD);
    into.put(end, into, at + room, length);
    return end + length;
  }

  private static int lengthRoom() {
    return CONTENT_LENGTH.length + Pieces.DIGITS_MAX + END_OF_HEAD.length;
  }
}
