package dev.muster.target.store;

import dev.muster.target.data.SeededCustomers;

/**
 * What it took to make the rows of a database those of {@link SeededCustomers}.
 *
 * @param database its name
 * @param createdDatabase whether there was none before
 * @param createdTables how many of the two tables were not there before
 * @param inserted how many rows were missing
 * @param mended how many rows were there with other values
 * @param left how many rows there are beside these, which were left as they are
 */
public record Filled(
    String database, boolean createdDatabase, int createdTables, int inserted, int mended,
    int left) {

  /** Whether everything was there already. */
  public boolean unchanged() {
    return createdTables == 0 && inserted == 0 && mended == 0;
  }

  /** This as one sentence for people. */
  public String sentence() {
    var sentence = new StringBuilder("The database ").append(database);
    if (unchanged()) {
      sentence.append(" held all customers already; nothing was changed");
    } else {
      if (createdTables > 0) {
        sentence.append(createdDatabase ? " was created with its tables" : " was given its tables");
        sentence.append(" and");
      }
      sentence.append(
          " holds all customers now: %,d rows inserted, %,d mended".formatted(inserted, mended));
    }
    if (left > 0) {
      sentence.append("; %,d rows of others were left as they are".formatted(left));
    }
    return sentence.append('.').toString();
  }
}
