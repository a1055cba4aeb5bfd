package dev.muster.coordinator.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there whole or not at all, even if the process or the machine dies. */
public final class WholeFile {

  private WholeFile() {}

  /**
   * Replaces {@code file} by {@code text} in UTF-8.
   *
   * @throws IOException if it cannot be written; {@code file} is then as it was
   */
  public static void write(Path file, String text) throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(draft, text);
    try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.force(true); // else the new name may reach the disk before the text does
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
