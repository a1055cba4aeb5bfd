package dev.muster.target.data;

/**
 * A person whose meter is read.
 *
 * @param id from 0 on; unique
 * @param surname the family name
 * @param givenName the first name
 */
public record Customer(int id, String surname, String givenName) {}
