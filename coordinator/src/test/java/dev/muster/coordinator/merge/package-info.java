@NullMarked
package dev.muster.coordinator.merge;

import org.jspecify.annotations.NullMarked;
