@NullMarked
package dev.muster.coordinator.report;

import org.jspecify.annotations.NullMarked;
