package dev.muster.coordinator.store;

/**
 * Ticks of a run in which the coordinator had lost touch with a worker that had a part in it.
 *
 * @param worker its id
 * @param firstTick the first of which it had told nothing when it was declared lost
 * @param lastTick that in which it came back; or, if it never did, in which others got its lanes
 */
public record StoredAbsence(String worker, long firstTick, long lastTick) {}
