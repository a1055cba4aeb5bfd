package dev.muster.target.data;

import java.time.LocalDate;

/**
 * One value that was read off a customer's meter.
 *
 * @param measureId from 0 on; unique for its customer
 * @param date the day of the reading
 * @param value what the meter showed
 */
public record Reading(int measureId, LocalDate date, int value) {}
