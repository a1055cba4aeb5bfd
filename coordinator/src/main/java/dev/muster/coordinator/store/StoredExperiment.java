package dev.muster.coordinator.store;

import java.util.List;

/**
 * An experiment as the store knows it. The environment that its plan was read with is no part of
 * it, as it may hold secrets; see {@link UnendedExperiment}.
 *
 * @param id unique in the store
 * @param name of the plan
 * @param fileName of the plan
 * @param planText as written
 * @param overrides as given
 * @param csvFormat in which its CSV files are written
 * @param submittedUnixNanos nanoseconds since 1970-01-01T00:00Z
 */
public record StoredExperiment(
    String id,
    String name,
    String fileName,
    String planText,
    List<String> overrides,
    String csvFormat,
    long submittedUnixNanos) {

  public StoredExperiment {
    overrides = List.copyOf(overrides);
  }
}
