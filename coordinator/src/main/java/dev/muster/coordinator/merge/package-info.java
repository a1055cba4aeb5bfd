/**
 * Adds the snapshots of a run into one truth, and judges it. Pure: no clock, thread, socket or disk.
 * Begin with {@link dev.muster.coordinator.merge.Merger}.
 */
@NullMarked
package dev.muster.coordinator.merge;

import org.jspecify.annotations.NullMarked;
