@NullMarked
package dev.muster.coordinator.bill;

import org.jspecify.annotations.NullMarked;
