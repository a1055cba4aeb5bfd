/**
 * The foreign programs that an architecture is made of, started and supervised as children of this process.
 */
@NullMarked
package dev.muster.target.process;

import org.jspecify.annotations.NullMarked;
