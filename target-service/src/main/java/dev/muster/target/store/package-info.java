/**
 * Where customers are looked up: one interface, and the stores behind it.
 * May import {@code data} and JDBC; H2 and the pool only in {@code EmbeddedDatabase}.
 * Begin with {@link dev.muster.target.store.CustomerStore}.
 */
@NullMarked
package dev.muster.target.store;

import org.jspecify.annotations.NullMarked;
