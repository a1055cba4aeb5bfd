/**
 * Writes what people and other tools read: summary.json, CSV, .hlog and report.html. Knows files and
 * the results of {@code merge}, no sockets. Begin with {@link dev.muster.coordinator.report.ResultsFolder}.
 */
@NullMarked
package dev.muster.coordinator.report;

import org.jspecify.annotations.NullMarked;
