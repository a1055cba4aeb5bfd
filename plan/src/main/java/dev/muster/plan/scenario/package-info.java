/**
 * What a user does: scenarios, their tasks and steps, and the templates that steps send. Imports
 * the random streams of {@code load} and nothing else. Begin with {@link
 * dev.muster.plan.scenario.Scenario}.
 */
@NullMarked
package dev.muster.plan.scenario;

import org.jspecify.annotations.NullMarked;
