@NullMarked
package dev.muster.coordinator.report.compare;

import org.jspecify.annotations.NullMarked;
