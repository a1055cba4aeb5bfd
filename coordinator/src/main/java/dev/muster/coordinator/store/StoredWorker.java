package dev.muster.coordinator.store;

/**
 * A worker's part in a run.
 *
 * @param id chosen by the worker process
 * @param name what people call it
 * @param users lanes that it owned: users, or in the open model streams of arrivals
 * @param lost whether it was declared lost
 * @param unknownSent an upper bound of the requests that it sent beyond those in its stored
 *     snapshots; 0 unless it was lost
 */
public record StoredWorker(String id, String name, int users, boolean lost, long unknownSent) {}
