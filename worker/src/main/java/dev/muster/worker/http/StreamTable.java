package dev.muster.worker.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of one connection of HTTP/2, by their ids. A stream stands at the place that the
 * last bits of its id say; an id whose place is taken is left out, as ids need only rise (RFC 9113,
 * 5.1.1). For one thread.
 */
final class StreamTable {

  /** Ids end with 31 bits; a connection that comes near is not used on. */
  private static final int ID_MAX = Integer.MAX_VALUE - (1 << 20);

  private @Nullable Http2Stream[] places = new Http2Stream[2];
  private int size;
  private int lastId = -1;

  /** How many streams are open. */
  int size() {
    return size;
  }

  /** The id that was given last; −1 before the first. */
  int lastId() {
    return lastId;
  }

  /** Whether there are ids left to give. */
  boolean hasIds() {
    return lastId < ID_MAX;
  }

  /** Adds {@code stream}, and returns the id that it has from now on. */
  int add(Http2Stream stream) {
    if (2 * ++size > places.length) {
      grow();
    }
    do {
      lastId += 2;
    } while (places[place(lastId)] != null);
    places[place(lastId)] = stream;
    return lastId;
  }

  /** The open stream of {@code id}, or null. */
  @Nullable
  Http2Stream get(int id) {
    Http2Stream stream = places[place(id)];
    return stream != null && stream.id() == id ? stream : null;
  }

  /** Whether {@code stream} is one of those that are open. */
  boolean holds(Http2Stream stream) {
    return places[place(stream.id())] == stream;
  }

  void remove(Http2Stream stream) {
    places[place(stream.id())] = null;
    size--;
  }

  /** The open streams with an id above {@code id}, in no order. */
  List<Http2Stream> above(int id) {
    var found = new ArrayList<Http2Stream>();
    for (Http2Stream stream : places) {
      if (stream != null && stream.id() > id) {
        found.add(stream);
      }
    }
    return found;
  }

  private int place(int id) {
    return (id >>> 1) & (places.length - 1);
  }

  /** Those whose places differ by few bits differ by more of them too. */
  private void grow() {
    @Nullable
    Http2Stream[] before = places;
    places = new Http2Stream[2 * before.length];
    for (Http2Stream stream : before) {
      if (stream != null) {
        places[place(stream.id())] = stream;
      }
    }
  }
}
