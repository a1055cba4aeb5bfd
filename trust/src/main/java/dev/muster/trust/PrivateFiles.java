package dev.muster.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Files that only their owner reads: mode 600, in folders of mode 700. */
public final class PrivateFiles {

  private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString(
      "rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private PrivateFiles() {}

  /**
   * Makes a folder, and those it lies in; closes it to others where it was open.
   *
   * @throws IOException if that cannot be done
   */
  public static void createFolder(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath();
    if (absolute.getParent() != null) {
      Files.createDirectories(absolute.getParent());
    }
    if (!Files.isDirectory(absolute)) {
      Files.createDirectory(absolute, with(FOLDER));
    }
    Files.setPosixFilePermissions(absolute, FOLDER);
  }

  /**
   * Writes a file whole or not at all: who reads it meanwhile sees the one before.
   *
   * @throws IOException if that cannot be done
   */
  public static void write(Path file, String text) throws IOException {
    write(
        file, text,
        fresh -> Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  /**
   * As above, where there is no such file yet; two who try at once do not overwrite each other's.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   * @throws IOException if that cannot be done
   */
  public static void writeFirst(Path file, String text) throws IOException {
    write(file, text, fresh -> Files.createLink(file, fresh));
  }

  /** What gives a file that is whole its name. */
  private interface Naming {

    void name(Path fresh) throws IOException;
  }

  private static void write(Path file, String text, Naming naming) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    createFolder(folder);
    // Nobody else ever could open it: it has its mode from its first instant.
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".new", with(FILE));
    try {
      try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      naming.name(fresh);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> with(Set<PosixFilePermission> mode) {
    return PosixFilePermissions.asFileAttribute(mode);
  }
}
