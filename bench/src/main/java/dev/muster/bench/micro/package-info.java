/**
 * Benchmarks of single parts, for JMH: each class says what one operation is. May import every room. Begin
 * with {@code bench/micro/run --help}.
 */
@NullMarked
package dev.muster.bench.micro;

import org.jspecify.annotations.NullMarked;
