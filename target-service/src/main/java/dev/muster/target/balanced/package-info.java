/**
 * The load_balanced architecture: several processes of the API behind HAProxy, supervised.
 * May import {@code process}, {@code http}, {@code api} and Jackson.
 * Begin with {@link dev.muster.target.balanced.BalancedTarget}.
 */
@NullMarked
package dev.muster.target.balanced;

import org.jspecify.annotations.NullMarked;
