package dev.muster.plan.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was meant. */
public final class NearestWord {

  private record Candidate(String word, int distance) {}

  private NearestWord() {}

  /** The known word closest to {@code written}, if close enough to be a slip of the hand. */
  public static Optional<String> of(String written, Collection<String> known) {
    String lower = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(word -> Math.abs(word.length() - lower.length()) <= allowed(word))
        .map(word -> new Candidate(word, distance(lower, word.toLowerCase(Locale.ROOT))))
        .filter(candidate -> candidate.distance() <= allowed(candidate.word()))
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::word);
  }

  /** {@code did you mean "users"?}, or nothing. */
  public static Optional<String> question(String written, Collection<String> known) {
    return of(written, known).map(word -> "did you mean \"" + word + "\"?");
  }

  /** A third of the word may be wrong; shorter ones are too easily another word. */
  private static int allowed(String word) {
    return Math.min(word.length() / 3, 3);
  }

  /**
   * How many letters must be put in, taken out, replaced or swapped with their neighbour: the
   * optimal string alignment of Damerau and Levenshtein, by the usual table.
   */
  static int distance(String a, String b) {
    var table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : cheapest(table, a, i, b, j);
      }
    }
    return table[a.length()][b.length()];
  }

  private static int cheapest(int[][] table, String a, int i, String b, int j) {
    int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
    boolean swapped = i > 1 && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
  }
}
