package dev.muster.worker.spool;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.muster.v1.Snapshot;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one part that are kept, in a file of their own: one after another, each behind its length
 * and its CRC-32C (RFC 3720, appendix B.4), four bytes each. Where the file cannot be written they are kept
 * in memory. For one thread.
 */
final class SpooledPart implements AutoCloseable {

  private static final int HEAD_BYTES = 8;

  /** Below this a file is not worth making smaller. */
  private static final long LITTLE_BYTES = 1 << 20;

  /**
   * Where a snapshot is.
   *
   * @param offset of its content in the file
   * @param inMemory the snapshot itself, if the file could not take it
   */
  private record Place(long sequence, long offset, int length, @Nullable Snapshot inMemory) {}

  private final Path file;
  private final ArrayDeque<Place> places = new ArrayDeque<>();
  private @Nullable FileChannel channel;
  private long end;
  private long keptBytes;

  /** A part of which nothing is kept yet. */
  SpooledPart(Path file) {
    this.file = file;
  }

  /**
   * Reads what another process has left. What was half written when it ended is no part of it.
   *
   * @throws IOException if it cannot be read
   */
  static SpooledPart read(Path file) throws IOException {
    var part = new SpooledPart(file);
    part.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var head = ByteBuffer.allocate(HEAD_BYTES);
    long size = part.channel.size();
    while (part.end + HEAD_BYTES <= size) {
      part.readFully(part.channel, head.clear(), part.end);
      int length = head.flip().getInt();
      int crc = head.getInt();
      if (length < 0 || part.end + HEAD_BYTES + length > size) {
        break;
      }
      var content = ByteBuffer.allocate(length);
      part.readFully(part.channel, content, part.end + HEAD_BYTES);
      if (crc != crcOf(content.array())) {
        break;
      }
      Snapshot snapshot = parsed(content.array());
      part.add(new Place(snapshot.getSequence(), part.end + HEAD_BYTES, length, null));
      part.end += HEAD_BYTES + length;
    }
    return part;
  }

  private static Snapshot parsed(byte[] content) throws IOException {
    try {
      return Snapshot.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("a snapshot that is kept is none", e);
    }
  }

  private static int crcOf(byte[] content) {
    var crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  private void add(Place place) {
    places.addLast(place);
    keptBytes += place.length();
  }

  /** How many bytes are kept. */
  long keptBytes() {
    return keptBytes;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /** The number of the first snapshot that is kept; only when it is not empty. */
  long first() {
    return places.getFirst().sequence();
  }

  /** The number of the last snapshot that is kept; only when it is not empty. */
  long last() {
    return places.getLast().sequence();
  }

  /**
   * Keeps a snapshot in memory, or, if {@code onDisk}, in the file.
   *
   * @throws IOException if the file cannot take it; it is in memory then
   */
  void keep(Snapshot snapshot, boolean onDisk) throws IOException {
    byte[] content = snapshot.toByteArray();
    if (onDisk) {
      try {
        write(content);
        add(new Place(snapshot.getSequence(), end + HEAD_BYTES, content.length, null));
        end += HEAD_BYTES + content.length;
        return;
      } catch (IOException e) {
        add(new Place(snapshot.getSequence(), 0, content.length, snapshot));
        throw e;
      }
    }
    add(new Place(snapshot.getSequence(), 0, content.length, snapshot));
  }

  private void write(byte[] content) throws IOException {
    if (channel == null) {
      channel = FileChannel.open(
          file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    }
    var record = ByteBuffer.allocate(HEAD_BYTES + content.length)
        .putInt(content.length)
        .putInt(crcOf(content))
        .put(content)
        .flip();
    long at = end;
    while (record.hasRemaining()) {
      at += channel.write(record, at);
    }
  }

  /**
   * The snapshots from number {@code first} to {@code last}, in order; those that are kept.
   *
   * @throws IOException if they cannot be read
   */
  List<Snapshot> read(long first, long last) throws IOException {
    var snapshots = new ArrayList<Snapshot>();
    for (Place place : places) {
      if (place.sequence() >= first && place.sequence() <= last) {
        snapshots.add(read(place));
      }
    }
    return snapshots;
  }

  private Snapshot read(Place place) throws IOException {
    if (place.inMemory() != null) {
      return place.inMemory();
    }
    if (channel == null) {
      throw new IOException(file + " is closed");
    }
    var content = ByteBuffer.allocate(place.length());
    readFully(channel, content, place.offset());
    return parsed(content.array());
  }

  private void readFully(FileChannel from, ByteBuffer into, long offset) throws IOException {
    long at = offset;
    while (into.hasRemaining()) {
      int read = from.read(into, at);
      if (read < 0) {
        throw new EOFException(file + " is shorter than it was");
      }
      at += read;
    }
  }

  /**
   * Forgets every snapshot up to number {@code upTo}, and makes the file smaller when most of it is such.
   *
   * @throws IOException if it cannot be made smaller
   */
  void release(long upTo) throws IOException {
    while (!places.isEmpty() && places.getFirst().sequence() <= upTo) {
      keptBytes -= places.removeFirst().length();
    }
    if (channel == null) {
      return;
    }
    if (places.isEmpty()) {
      channel.truncate(0);
      end = 0;
    } else if (end > LITTLE_BYTES && keptBytes < end / 2) {
      shrink();
    }
  }

  private void shrink() throws IOException {
    Path smaller = file.resolveSibling(file.getFileName() + ".smaller");
    var copied = new SpooledPart(smaller);
    Files.deleteIfExists(smaller);
    for (Place place : places) {
      copied.keep(read(place), place.inMemory() == null);
    }
    Files.move(smaller, file, StandardCopyOption.ATOMIC_MOVE);
    close();
    channel = copied.channel;
    end = copied.end;
    places.clear();
    places.addAll(copied.places);
  }

  /** Forgets all of it. */
  void delete() throws IOException {
    close();
    places.clear();
    keptBytes = 0;
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
