@NullMarked
package dev.muster.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
