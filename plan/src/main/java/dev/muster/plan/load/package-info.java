/**
 * Load as arithmetic: which user runs or arrives when, who owns which lane, what a lane draws, how many
 * requests to expect. No clock, no thread, no I/O. Begin with {@link dev.muster.plan.load.LoadProfile}.
 */
@NullMarked
package dev.muster.plan.load;

import org.jspecify.annotations.NullMarked;
