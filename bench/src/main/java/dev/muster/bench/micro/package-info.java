/**
 * Benchmarks of single parts, for JMH: each class says what one operation is. May import every room;
 * one of a part that its room keeps to itself stands in a package of the room's name. Begin with
 * {@code bench/micro/run --help}.
 */
@NullMarked
package dev.muster.bench.micro;

import org.jspecify.annotations.NullMarked;
