/**
 * The plan document: what a person writes, read into immutable records with every problem found.
 * May import {@code load}, {@code scenario} and, in {@code PlanFile} only, the YAML parser. Begin
 * with {@link dev.muster.plan.Plan}.
 */
@NullMarked
package dev.muster.plan;

import org.jspecify.annotations.NullMarked;
