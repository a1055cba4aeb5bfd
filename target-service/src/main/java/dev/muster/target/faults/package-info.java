/**
 * Realism on request: how the service is to misbehave, and what it did of that.
 * May import {@code api}.
 * Begin with {@link dev.muster.target.faults.Faults}, then {@code LiveFaults}.
 */
@NullMarked
package dev.muster.target.faults;

import org.jspecify.annotations.NullMarked;
