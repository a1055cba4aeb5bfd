package dev.muster.target.data;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The data set of the customer API: 5,000 customers with 10 readings each. It is the same on every
 * start and on every machine, so that answers can be compared between runs and between stores.
 */
public final class SeededCustomers {
  /** How many customers there are; their ids are 0 … {@code CUSTOMERS - 1}. */
  public static final int CUSTOMERS = 5_000;

  /** How many readings each customer has; their ids are 0 … {@code READINGS - 1}. */
  public static final int READINGS = 10;

  /** The earliest day of a reading. */
  public static final LocalDate FIRST_DATE = LocalDate.of(2008, 1, 1);

  /** The latest day of a reading. */
  public static final LocalDate LAST_DATE = LocalDate.of(2020, 1, 1);

  /** The largest value of a reading; the smallest is 0. */
  public static final int MAX_VALUE = 150;

  private static final long SEED = 20_200_101;

  private static final List<String> SURNAMES = List.of("Abel", "Adler", "Albrecht", "Arnold",
      "Bach",
      "Bauer", "Becker", "Berger", "Brandt", "Braun", "Busch", "Dietrich", "Engel", "Fischer",
      "Frank", "Friedrich", "Graf", "Haas", "Hahn", "Hartmann", "Herrmann", "Hoffmann", "Huber",
      "Jung", "Kaiser", "Keller", "Klein", "Koch", "Krause", "Lang", "Lehmann", "Lorenz", "Maier",
      "Martin", "Meyer", "Neumann", "Otto", "Peters", "Pohl", "Richter", "Roth", "Sauer", "Schmidt",
      "Schneider", "Schulz", "Seidel", "Simon", "Stein", "Thomas", "Vogel", "Voigt", "Wagner",
      "Walter", "Weber", "Werner", "Winkler", "Winter", "Wolf", "Ziegler", "Zimmermann");

  private static final List<String> GIVEN_NAMES = List.of("Alma", "Anna", "Anton", "Ben", "Carla",
      "Clara", "David", "Elias", "Ella", "Emil", "Emma", "Felix", "Finn", "Frieda", "Greta",
      "Hanna",
      "Henry", "Ida", "Jakob", "Jan", "Johanna", "Jonas", "Julia", "Karl", "Lara", "Lea", "Leon",
      "Lina", "Lotte", "Louis", "Lukas", "Maria", "Marie", "Mathilda", "Max", "Mia", "Mila", "Noah",
      "Nora", "Oskar", "Paul", "Paula", "Romy", "Rosa", "Samuel", "Sophie", "Theo", "Tilda", "Tom",
      "Victor");

  private final List<Customer> customers = new ArrayList<>(CUSTOMERS);
  private final List<List<Reading>> readings = new ArrayList<>(CUSTOMERS);

  /** Draws the data set anew; equal to every other. */
  public SeededCustomers() {
    // Random's arithmetic is part of its specification, unlike that of the newer generators, so
    // these draws are the same on every Java.
    var random = new Random(SEED);
    int days = Math.toIntExact(ChronoUnit.DAYS.between(FIRST_DATE, LAST_DATE)) + 1;
    for (int id = 0; id < CUSTOMERS; id++) {
      customers.add(new Customer(id, oneOf(SURNAMES, random), oneOf(GIVEN_NAMES, random)));
      var own = new ArrayList<Reading>(READINGS);
      for (int measure = 0; measure < READINGS; measure++) {
        var date = FIRST_DATE.plusDays(random.nextInt(days));
        own.add(new Reading(measure, date, random.nextInt(MAX_VALUE + 1)));
      }
      readings.add(List.copyOf(own));
    }
  }

  /** All customers, in the order of their ids. */
  public List<Customer> customers() {
    return List.copyOf(customers);
  }

  /**
   * The readings of one customer, in the order of their ids.
   *
   * @throws IndexOutOfBoundsException if there is no such customer
   */
  public List<Reading> readings(int customerId) {
    return readings.get(customerId);
  }

  private static String oneOf(List<String> names, Random random) {
    return names.get(random.nextInt(names.size()));
  }
}
