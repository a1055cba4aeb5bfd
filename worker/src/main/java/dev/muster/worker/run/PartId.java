package dev.muster.worker.run;

/**
 * A worker's part in a run.
 *
 * @param worker the id of the process that measures it, or has measured it
 * @param run the run's id
 */
public record PartId(String worker, String run) {}
