package dev.muster.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is not to be believed any more. A revocation is of all certificates that its holder was given until
 * then; and as the holder may still know a join token, those for the same role are void that were made
 * until then.
 *
 * @param list in the order in which they were made
 */
public record Revocations(List<Revocation> list) {

  /** Nobody. */
  public static final Revocations NONE = new Revocations(List.of());

  /**
   * One of them.
   *
   * @param at when it was made
   */
  public record Revocation(Holder holder, Instant at) {}

  public Revocations {
    list = List.copyOf(list);
  }

  /** These and one more, which stands for those of the same holder before it. */
  public Revocations with(Holder holder, Instant at) {
    var more = new ArrayList<>(
        list.stream()
            .filter(each -> !each.holder().equals(holder) || each.at().isAfter(at))
            .toList());
    more.add(new Revocation(holder, at));
    return new Revocations(more);
  }

  /**
   * Whether a certificate is not to be believed.
   *
   * @param issued when it was made. Certificates know that to the second only, so one that was made in the
   *     second of the revocation is revoked too.
   */
  public boolean isRevoked(Holder holder, Instant issued) {
    return list.stream()
        .anyMatch(
            each -> each.holder().equals(holder)
                && issued.getEpochSecond() <= each.at().getEpochSecond());
  }

  /** Whether a join token for {@code role} that was made at {@code issued} is not to be believed. */
  public boolean isVoid(Role role, Instant issued) {
    return list.stream()
        .anyMatch(each -> each.holder().role() == role && !issued.isAfter(each.at()));
  }

  /**
   * Reads what {@link #save} has written: nobody, where there is no file.
   *
   * @throws TrustProblem if it cannot be read whole, as to leave out one would be to let somebody in
   */
  public static Revocations load(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (IOException e) {
      throw new TrustProblem("The revocations in " + file + " cannot be read: " + e, e);
    }
    var list = new ArrayList<Revocation>();
    for (int number = 1; number <= lines.size(); number++) {
      String[] words = lines.get(number - 1).split(" ", 3);
      try {
        list.add(
            new Revocation(
                new Holder(Role.of(words[1]).orElseThrow(), words[2]), Instant.parse(words[0])));
      } catch (DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException
          | java.util.NoSuchElementException e) {
        throw new TrustProblem(
            file + ":" + number + ": expected a time, a role and a name, such as "
                + "'2026-01-31T12:00:00Z worker local-1'.",
            e);
      }
    }
    return new Revocations(list);
  }

  /**
   * Writes one a line: when, role, name.
   *
   * @throws IOException if that cannot be done
   */
  public void save(Path file) throws IOException {
    var text = new StringBuilder();
    for (Revocation each : list) {
      text.append(each.at()).append(' ').append(each.holder()).append('\n');
    }
    PrivateFiles.write(file, text.toString());
  }
}
