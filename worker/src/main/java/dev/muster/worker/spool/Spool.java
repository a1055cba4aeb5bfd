package dev.muster.worker.spool;

import dev.muster.v1.Snapshot;
import dev.muster.worker.run.PartId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps snapshots that are not known to be stored, in a folder of this machine. Who is killed leaves there
 * what it measured, and the next process that begins with the same folder finds it. That survives the death
 * of a process; a machine that loses power may lose the last seconds.
 *
 * <pre>
 *   folder/STORE/lock            held by who looks for what others left
 *   folder/STORE/WORKER/lock     held as long as that worker's process lives
 *   folder/STORE/WORKER/1.part   what it measured in one run
 * </pre>
 *
 * <p>A folder belongs to the store of one coordinator, as what is not stored there is of no use elsewhere.
 * For one thread.
 */
public final class Spool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final String LOCK = "lock";
  private static final String PART = ".part";

  /** How much may wait in memory, where the disk does not take it. */
  private static final long MOST_IN_MEMORY_BYTES = 64 << 20;

  /** What nobody has asked for until then is not worth its room. */
  private static final Duration LEFT_FOR = Duration.ofDays(7);

  private final Path folder;
  private final String worker;
  private final long mostBytes;
  private final Map<PartId, SpooledPart> parts = new LinkedHashMap<>();

  /** The folders that this process has, and the locks by which it has them. */
  private final Map<Path, FileChannel> locks = new LinkedHashMap<>();

  private @Nullable Path own;
  private int madeParts;
  private boolean writes = true;

  private Spool(Path folder, String worker, long mostBytes) {
    this.folder = folder;
    this.worker = worker;
    this.mostBytes = mostBytes;
  }

  /**
   * A spool in {@code folder}, which is made if it does not exist, readable by its owner alone.
   *
   * @param worker the id of the worker whose process this is
   * @param mostBytes how much of this process may wait there; see {@link #isFull}
   * @throws IOException if the folder cannot be written
   */
  public static Spool open(Path folder, String worker, long mostBytes) throws IOException {
    Files.createDirectories(folder);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
    Path probe = Files.createTempFile(folder, "probe", "");
    Files.delete(probe);
    return new Spool(folder, worker, mostBytes);
  }

  /**
   * Takes over what processes of this folder that have ended measured for a store; what was taken over
   * before is told of no more.
   *
   * @param store the id of the store that this process delivers to from now on
   */
  public List<PartId> inherit(String store) {
    var found = new ArrayList<PartId>();
    try {
      Path ofStore = Files.createDirectories(folder.resolve(nameOf(store)));
      // One at a time: a folder that has no lock yet would be taken for one that a dead process left.
      synchronized (Spool.class) {
        try (FileChannel turn = opened(ofStore.resolve(LOCK)); FileLock _ = turn.lock()) {
          if (own == null) {
            own = Files.createDirectories(ofStore.resolve(nameOf(worker)));
            lock(own);
          }
          for (Path left : within(ofStore)) {
            if (Files.isDirectory(left) && !locks.containsKey(left) && lock(left)) {
              found.addAll(partsIn(left));
            }
          }
        }
      }
    } catch (IOException e) {
      LOG.warn("What other workers of this machine have left cannot be read: {}", e.toString());
    }
    return found;
  }

  /** An id as the name of a file. */
  private static String nameOf(String id) {
    return id.replaceAll("[^A-Za-z0-9-]", "_");
  }

  private static List<Path> within(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static FileChannel opened(Path lock) throws IOException {
    return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private boolean lock(Path of) throws IOException {
    FileChannel channel = opened(of.resolve(LOCK));
    try {
      if (channel.tryLock() != null) {
        locks.put(of, channel);
        return true;
      }
    } catch (OverlappingFileLockException e) {
      // Another worker of this very process has it.
    }
    channel.close();
    return false;
  }

  private List<PartId> partsIn(Path left) throws IOException {
    var found = new ArrayList<PartId>();
    for (Path file : within(left)) {
      if (!file.getFileName().toString().endsWith(PART)) {
        continue;
      }
      SpooledPart part = SpooledPart.read(file);
      if (part.isEmpty() || isTooOld(file)) {
        part.delete();
        continue;
      }
      String run = part.read(part.first(), part.first()).getFirst().getRunId();
      var id = new PartId(left.getFileName().toString(), run);
      parts.put(id, part);
      found.add(id);
    }
    if (found.isEmpty()) {
      remove(left);
    }
    return found;
  }

  private static boolean isTooOld(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(LEFT_FOR));
  }

  private void remove(Path ended) throws IOException {
    FileChannel lock = locks.remove(ended);
    if (lock != null) {
      Files.deleteIfExists(ended.resolve(LOCK));
      lock.close();
    }
    Files.deleteIfExists(ended);
  }

  /** The number of the first snapshot that is kept of a part; only if one is. */
  public long first(PartId of) {
    return part(of).first();
  }

  /** The number of the last snapshot that is kept of a part; only if one is. */
  public long last(PartId of) {
    return part(of).last();
  }

  /** Keeps a snapshot; in memory, when the disk does not take it. */
  public void keep(PartId of, Snapshot snapshot) {
    SpooledPart part = parts.get(of);
    if (part == null) {
      Path home = own == null ? folder : own;
      part = new SpooledPart(home.resolve(++madeParts + PART));
      parts.put(of, part);
    }
    try {
      part.keep(snapshot, own != null);
      if (!writes) {
        writes = true;
        LOG.info("The folder {} can be written again", folder);
      }
    } catch (IOException e) {
      if (writes) {
        writes = false;
        LOG.warn(
            "What is measured is kept in memory, as the folder {} cannot be written: {}", folder,
            e.toString());
      }
    }
  }

  /** Whether so much waits that no more should be measured; what is kept all the same is not lost. */
  public boolean isFull() {
    long most = writes ? mostBytes : Math.min(mostBytes, MOST_IN_MEMORY_BYTES);
    return parts.values().stream().mapToLong(SpooledPart::keptBytes).sum() > most;
  }

  /**
   * The snapshots of a part from number {@code first} to {@code last} that are kept, in order.
   *
   * @throws UncheckedIOException if they cannot be read
   */
  public List<Snapshot> read(PartId of, long first, long last) {
    try {
      return part(of).read(first, last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the snapshots of a part up to number {@code upTo}. */
  public void release(PartId of, long upTo) {
    SpooledPart part = parts.get(of);
    if (part != null) {
      try {
        part.release(upTo);
      } catch (IOException e) {
        LOG.warn("The folder {} could not be made smaller: {}", folder, e.toString());
      }
    }
  }

  /** Forgets all of a part. */
  public void forget(PartId of) {
    SpooledPart part = parts.remove(of);
    if (part == null) {
      return;
    }
    try {
      part.delete();
      if (!of.worker().equals(worker) && own != null
          && parts.keySet().stream().noneMatch(each -> each.worker().equals(of.worker()))) {
        remove(own.resolveSibling(of.worker()));
      }
    } catch (IOException e) {
      LOG.warn("The folder {} could not be cleared: {}", folder, e.toString());
    }
  }

  /** Whether anything waits to be stored. */
  public boolean isEmpty() {
    return parts.values().stream().allMatch(SpooledPart::isEmpty);
  }

  /** The folder that all of it is in. */
  public Path folder() {
    return folder;
  }

  private SpooledPart part(PartId of) {
    SpooledPart part = parts.get(of);
    if (part == null) {
      throw new IllegalArgumentException("nothing is kept of " + of);
    }
    return part;
  }

  /** Leaves what waits to the next process. */
  @Override
  public void close() {
    try {
      for (SpooledPart part : parts.values()) {
        part.close();
      }
      if (own != null && isEmpty()) {
        for (Path file : within(own)) {
          if (file.getFileName().toString().endsWith(PART)) {
            Files.delete(file);
          }
        }
        remove(own);
      }
      for (FileChannel lock : locks.values()) {
        lock.close();
      }
    } catch (IOException e) {
      LOG.warn("The folder {} could not be closed: {}", folder, e.toString());
    }
  }
}
