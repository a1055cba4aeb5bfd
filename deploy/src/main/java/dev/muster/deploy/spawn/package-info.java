/**
 * From an order to workers that have joined, wherever they come from. Imports nothing of ours. Begin with
 * {@link dev.muster.deploy.spawn.Spawning} and {@link dev.muster.deploy.spawn.WorkerPlace}.
 */
@NullMarked
package dev.muster.deploy.spawn;

import org.jspecify.annotations.NullMarked;
