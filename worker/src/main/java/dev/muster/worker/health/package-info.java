/**
 * Measures how the worker itself does, so that its own troubles can be told from those of the target.
 * Imports nothing of ours. Begin with {@link dev.muster.worker.health.GeneratorMeter}.
 */
@NullMarked
package dev.muster.worker.health;

import org.jspecify.annotations.NullMarked;
