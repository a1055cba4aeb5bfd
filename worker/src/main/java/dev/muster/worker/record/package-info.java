/**
 * Takes down what is measured: histograms and counts of one event loop, handed over tick by tick.
 * May import {@code engine} and HdrHistogram. Begin with {@link
 * dev.muster.worker.record.TickRecorder}.
 */
@NullMarked
package dev.muster.worker.record;

import org.jspecify.annotations.NullMarked;
