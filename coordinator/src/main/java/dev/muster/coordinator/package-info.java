/**
 * The coordinator as others start it, and the results it writes from its store. Begin with {@link
 * dev.muster.coordinator.Coordinator}.
 */
@NullMarked
package dev.muster.coordinator;

import org.jspecify.annotations.NullMarked;
