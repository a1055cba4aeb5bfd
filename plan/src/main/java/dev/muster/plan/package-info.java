/**
 * The plan document: what a person writes, read into immutable records with every problem found.
 * May import {@code load}, {@code scenario}, {@code document} and {@code grammar}. Begin with {@link
 * dev.muster.plan.Plan}, or for the reading with {@link dev.muster.plan.PlanFile}.
 */
@NullMarked
package dev.muster.plan;

import org.jspecify.annotations.NullMarked;
