/**
 * What may stand in a plan: each key once, with its type, its limits and a sentence about it. From
 * this come the reading, the known words of every message, and the JSON Schema. Imports {@code
 * document}, {@code load} and {@code scenario}. Begin with {@link dev.muster.plan.grammar.Shape}.
 */
@NullMarked
package dev.muster.plan.grammar;

import org.jspecify.annotations.NullMarked;
