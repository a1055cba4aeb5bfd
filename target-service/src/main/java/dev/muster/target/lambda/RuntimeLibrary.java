package dev.muster.target.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The native part of AWS's runtime interface client in a file of our own, for all environments of one
 * gateway. Left alone, each process of the client writes it anew to the same file of the machine, and
 * one that has just loaded it crashes: on AWS they have a machine each.
 */
final class RuntimeLibrary implements AutoCloseable {
  private static final String PROPERTY = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi"
      + ".NativeClient.JNI";

  private final Path folder;
  private final Optional<Path> file;

  /** Unpacks it, if there is one for this machine. */
  RuntimeLibrary() {
    try {
      folder = Files.createTempDirectory("muster-lambda");
      file = unpack(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("no file can be made in the folder for temporary ones", e);
    }
  }

  /** The flag that makes a client load it; empty where the client has to find its own. */
  Optional<String> flag() {
    return file.map(path -> "-D" + PROPERTY + "=" + path);
  }

  private static Optional<Path> unpack(Path folder) throws IOException {
    String name = name();
    try (var content = RuntimeLibrary.class.getResourceAsStream("/jni/" + name)) {
      if (content == null) {
        return Optional.empty();
      }
      var file = folder.resolve(name);
      Files.copy(content, file);
      return Optional.of(file);
    }
  }

  private static String name() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    boolean musl = Files.exists(
        Path.of(arm ? "/lib/ld-musl-aarch64.so.1" : "/lib/ld-musl-x86_64.so.1"));
    boolean linux = System.getProperty("os.name").equals("Linux");
    return "libaws-lambda-jni." + (linux ? "linux" : "unknown") + (musl ? "_musl" : "")
        + (arm ? "-aarch_64.so" : "-x86_64.so");
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("what was unpacked cannot be deleted", e);
    }
  }
}
