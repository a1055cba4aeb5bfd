/**
 * Where load may go: rules in the words of who starts a worker, and what they say of a target and of an
 * address. Looks nothing up. Begin with {@link dev.muster.plan.target.AllowedTargets}.
 */
@NullMarked
package dev.muster.plan.target;

import org.jspecify.annotations.NullMarked;
