package dev.muster.v1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;

/**
 * Which Muster somebody is of, and which protocol it speaks. Two understand each other when they speak the
 * same protocol, whatever Muster they are of.
 *
 * @param product such as {@code 0.1.0}; empty of one that does not tell, or not in such words
 * @param protocol 1 for the files of protobuf beside this
 */
@NullMarked
public record Version(String product, int protocol) {

  /** This Muster's. */
  public static final Version OURS = new Version(readProduct(), 1);

  /** A version as somebody else tells it, who may tell anything. */
  public Version {
    product = product.matches("[0-9A-Za-z.+-]{1,40}") ? product : "";
  }

  private static String readProduct() {
    try (InputStream text = Version.class.getResourceAsStream("version.txt")) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8)
          .strip()
          .replace("-SNAPSHOT", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the two understand each other. */
  public boolean understands(Version other) {
    return protocol == other.protocol;
  }

  /** Why a worker of this version cannot join, as a sentence without a full stop. */
  public String cannotJoin(Version coordinator) {
    return misfit("worker", "join", coordinator);
  }

  /** Why a command of this version cannot be answered, as a sentence without a full stop. */
  public String cannotAsk(Version coordinator) {
    return misfit("muster", "ask", coordinator);
  }

  private String misfit(String who, String deed, Version coordinator) {
    return who + " " + told() + " cannot " + deed + " coordinator " + coordinator.told()
        + " (protocol " + protocol + " and " + coordinator.protocol
        + "): use the same Muster for both";
  }

  private String told() {
    return product.isEmpty() ? "of a version that it does not tell" : product;
  }
}
