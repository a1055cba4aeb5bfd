/**
 * Experiments beside each other: reads summaries, writes one page and one CSV file. Knows files and
 * {@code report}, no store. Begin with {@link dev.muster.coordinator.report.compare.Comparison}.
 */
@NullMarked
package dev.muster.coordinator.report.compare;

import org.jspecify.annotations.NullMarked;
