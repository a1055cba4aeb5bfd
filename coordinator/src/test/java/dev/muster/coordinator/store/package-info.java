@NullMarked
package dev.muster.coordinator.store;

import org.jspecify.annotations.NullMarked;
