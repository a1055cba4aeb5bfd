package dev.muster.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Limited tokens as lines of text. One that ends too early is noticed wherever it ends, as a name left out
 * could enrol once more.
 *
 * <pre>
 *   token ID EXPIRES USES waits|open EXPECTED ENROLLED ROLE NAME      of who made it
 *   NAME                                                              as often as EXPECTED says
 *   KEY NAME                                                          as often as ENROLLED says
 *   end
 * </pre>
 */
final class LimitedTokenFile {

  private static final String TOKEN = "token";
  private static final String WAITS = "waits";
  private static final String OPEN = "open";
  private static final String END = "end";

  private LimitedTokenFile() {}

  /**
   * Reads what {@link #save} has written: none, where there is no file.
   *
   * @throws TrustProblem if it cannot be read whole
   */
  static List<LimitedToken> load(Path file) {
    List<String> text;
    try {
      text = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unreadable(file + " cannot be read (" + e + ")", e);
    }
    ListIterator<String> lines = text.listIterator();
    try {
      var tokens = new ArrayList<LimitedToken>();
      for (String line = lines.next(); !line.equals(END); line = lines.next()) {
        tokens.add(token(line, lines));
      }
      if (lines.hasNext()) {
        throw new IllegalArgumentException("it goes on behind its end");
      }
      return tokens;
    } catch (NoSuchElementException e) {
      throw unreadable(file + " is cut short", e);
    } catch (DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw unreadable(file + ":" + lines.nextIndex() + " cannot be understood", e);
    }
  }

  private static LimitedToken token(String line, ListIterator<String> lines) {
    String[] words = line.split(" ", 9);
    boolean waits = words[4].equals(WAITS);
    if (!words[0].equals(TOKEN) || !(waits || words[4].equals(OPEN))) {
      throw new IllegalArgumentException("it is no token");
    }
    var expected = new LinkedHashSet<String>();
    for (int left = Integer.parseInt(words[5]); left > 0; left--) {
      expected.add(lines.next());
    }
    var enrolled = new LinkedHashMap<String, Fingerprint>();
    for (int left = Integer.parseInt(words[6]); left > 0; left--) {
      String[] keyAndName = lines.next().split(" ", 2);
      enrolled.put(keyAndName[1], new Fingerprint(keyAndName[0]));
    }
    Role role = Role.of(words[7])
        .orElseThrow(() -> new IllegalArgumentException("no role is called so"));
    return new LimitedToken(
        words[1], new Holder(role, words[8]), Instant.parse(words[2]), Integer.parseInt(words[3]),
        waits, expected, enrolled);
  }

  private static TrustProblem unreadable(String what, Exception cause) {
    return new TrustProblem(
        "What is known of limited join tokens is lost: " + what
            + ".\n  Remove it; then none of these tokens admits anybody, and 'muster workers token' "
            + "makes others. Workers that have joined are not touched.",
        cause);
  }

  /**
   * Writes them.
   *
   * @throws IOException if that cannot be done; the file is as it was then
   */
  static void save(Collection<LimitedToken> tokens, Path file) throws IOException {
    var text = new StringBuilder();
    for (LimitedToken each : tokens) {
      text.append(TOKEN).append(' ').append(each.id());
      text.append(' ').append(each.expires()).append(' ').append(each.uses());
      text.append(' ').append(each.waitsForNames() ? WAITS : OPEN);
      text.append(' ').append(each.expected().size()).append(' ').append(each.enrolled().size());
      text.append(' ').append(each.maker()).append('\n');
      each.expected().forEach(name -> text.append(name).append('\n'));
      for (Map.Entry<String, Fingerprint> one : each.enrolled().entrySet()) {
        text.append(one.getValue().hex()).append(' ').append(one.getKey()).append('\n');
      }
    }
    PrivateFiles.write(file, text.append(END).append('\n').toString());
  }
}
