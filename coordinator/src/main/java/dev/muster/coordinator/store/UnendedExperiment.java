package dev.muster.coordinator.store;

import dev.muster.v1.PlanDocument;

/**
 * What a coordinator needs to go on with an experiment, in which its plan's environment is, that may hold
 * secrets: so it is kept no longer than until the experiment has ended.
 *
 * @param id the experiment's
 * @param workers how many must have joined before a run starts; 0: any, but one
 * @param waitNanos how long to wait for them; 0: without end
 * @param stopped whether somebody has stopped it
 */
public record UnendedExperiment(
    String id, PlanDocument document, int workers, long waitNanos, boolean stopped) {}
