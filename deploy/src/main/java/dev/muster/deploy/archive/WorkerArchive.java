package dev.muster.deploy.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/**
 * The distribution for workers: a tar.gz of {@code bin/muster} and {@code lib/*.jar}, for a machine that has a
 * Java of version 25 or newer. The same jars make the same bytes.
 */
public final class WorkerArchive {

  private static final String LAUNCHER = """
      #!/bin/sh
      # Starts Muster as a worker's machine has it. MUSTER_JAVA_OPTS is passed to the JVM.
      home=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)
      exec java -XX:+UseSerialGC -Xms48m -Xmx512m -XX:+UseCompactObjectHeaders \\
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MUSTER_JAVA_OPTS:-} \\
        -cp "$home/lib/*" dev.muster.cli.Main "$@"
      """;

  /** What only those need who launch workers, which is half of all bytes. */
  private static final String NOT_FOR_WORKERS = "software/amazon/awssdk/";

  private WorkerArchive() {}

  /**
   * Writes the distribution.
   *
   * @param classPath jars of Muster and of all that it needs, those for AWS among them or not; a folder of
   *     classes becomes a jar
   * @return its SHA-256, in hexadecimal digits
   * @throws IOException if a jar cannot be read, or nothing can be written
   */
  public static String write(List<Path> classPath, Path file) throws IOException {
    try (var out = new DigestOutputStream(Files.newOutputStream(file), sha256())) {
      write(classPath, out);
      return HexFormat.of().formatHex(out.getMessageDigest().digest());
    }
  }

  private static void write(List<Path> classPath, OutputStream out) throws IOException {
    var parameters = new GzipParameters();
    // Without the time, which would make other bytes.
    parameters.setModificationTime(0);
    try (var tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(out, parameters))) {
      byte[] launcher = LAUNCHER.getBytes(StandardCharsets.UTF_8);
      begin(tar, "bin/muster", launcher.length, 0755);
      tar.write(launcher);
      tar.closeArchiveEntry();
      for (Path each : classPath.stream()
          .sorted(Comparator.comparing(WorkerArchive::name))
          .toList()) {
        if (Files.isDirectory(each)) {
          byte[] jar = jar(each);
          begin(tar, name(each), jar.length, 0644);
          tar.write(jar);
          tar.closeArchiveEntry();
        } else if (!isForLaunching(each)) {
          begin(tar, name(each), Files.size(each), 0644);
          Files.copy(each, tar);
          tar.closeArchiveEntry();
        }
      }
    }
  }

  /** A folder's by all of its path, as all are called alike. */
  private static String name(Path part) {
    return "lib/" + (Files.isDirectory(part)
        ? part.toString().replaceAll("[^A-Za-z0-9]+", "-") + ".jar"
        : part.getFileName().toString());
  }

  private static byte[] jar(Path folder) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var jar = new JarOutputStream(bytes); Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        var entry = new JarEntry(folder.relativize(file).toString());
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        jar.putNextEntry(entry);
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static boolean isForLaunching(Path jar) throws IOException {
    try (var content = new JarFile(jar.toFile())) {
      return content.stream().anyMatch(entry -> entry.getName().startsWith(NOT_FOR_WORKERS));
    }
  }

  private static void begin(TarArchiveOutputStream tar, String name, long bytes, int mode)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(bytes);
    entry.setMode(mode);
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    tar.putArchiveEntry(entry);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
