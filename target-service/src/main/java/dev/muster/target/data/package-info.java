/**
 * The customers themselves, and the one data set that every start of the service has.
 * May import the JDK only.
 * Begin with {@link dev.muster.target.data.SeededCustomers}.
 */
@NullMarked
package dev.muster.target.data;

import org.jspecify.annotations.NullMarked;
