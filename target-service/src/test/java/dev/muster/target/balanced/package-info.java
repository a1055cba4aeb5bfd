/**
 * Processes behind HAProxy: their counts, their faults, and what the death of one costs.
 * May import {@code balanced}, {@code http} and {@code process}.
 * Begin with {@link dev.muster.target.balanced.BalancedTargetTest}.
 */
@NullMarked
package dev.muster.target.balanced;

import org.jspecify.annotations.NullMarked;
