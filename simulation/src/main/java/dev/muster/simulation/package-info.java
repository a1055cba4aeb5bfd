/**
 * Whole clusters in one thread and simulated time. The rules of coordinator and workers and the load engine
 * are those that run in earnest; network, clocks, disks, target and deaths are played by a seed. Begin with
 * {@link dev.muster.simulation.Cluster}.
 */
@NullMarked
package dev.muster.simulation;

import org.jspecify.annotations.NullMarked;
