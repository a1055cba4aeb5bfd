package dev.muster.target.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The files of a service that lives as long as this process: a folder among the system's temporary
 * ones that only its user may enter, gone on closing. A process that is killed leaves it behind, and
 * the next one that makes such a folder removes it. Safe for use by many threads.
 */
public final class ServiceFolder implements AutoCloseable {
  private static final String OWNER = "owner";

  private final Path path;

  private ServiceFolder(Path path) {
    this.path = path;
  }

  /**
   * A new one, after removing those of this name whose process is gone.
   *
   * @param name what it is for, such as {@code mariadb}
   * @throws ProcessException if there cannot be one
   */
  public static ServiceFolder create(String name) {
    String prefix = "muster-" + name + "-";
    try {
      var path = Files.createTempDirectory(prefix,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var folder = new ServiceFolder(path);
      folder.removeAbandoned(prefix);
      Files.writeString(path.resolve(OWNER), Long.toString(ProcessHandle.current().pid()));
      return folder;
    } catch (IOException e) {
      throw new ProcessException("there can be no temporary folder: " + e.getMessage(), e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The path of a file in it that may not be there. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /**
   * Makes a file in it that only its user may read.
   *
   * @throws ProcessException if that is not possible
   */
  public Path write(String name, String text) {
    try {
      var file = Files.createFile(file(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new ProcessException(file(name) + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Removes a file from it, if it is there.
   *
   * @throws ProcessException if that is not possible
   */
  public void delete(String name) {
    try {
      Files.deleteIfExists(file(name));
    } catch (IOException e) {
      throw new ProcessException(file(name) + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /** Whether its user is root, whom many services do not serve unless told to. */
  public boolean isOfRoot() {
    try {
      return Files.getAttribute(path, "unix:uid").equals(0);
    } catch (IOException e) {
      throw new ProcessException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Removes it with all that is in it, as far as possible. */
  @Override
  public void close() {
    remove(path);
  }

  private void removeAbandoned(String prefix) throws IOException {
    try (Stream<Path> others = Files.list(path.resolveSibling(""))) {
      others.filter(other -> other.getFileName().toString().startsWith(prefix))
          .filter(this::isAbandoned)
          .forEach(ServiceFolder::remove);
    }
  }

  // One without a number may just be in the making.
  private boolean isAbandoned(Path other) {
    try {
      return Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(path))
          && ProcessHandle.of(Long.parseLong(Files.readString(other.resolve(OWNER)))).isEmpty();
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      // What is left is left to the system, which empties this place too.
      return;
    }
  }
}
