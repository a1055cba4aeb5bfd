/**
 * Where customers are looked up: one interface, and the stores behind it.
 * May import {@code data}, JDBC with its pool, and a memcached client.
 * Begin with {@link dev.muster.target.store.CustomerStore}, then {@code CustomerSource}.
 */
@NullMarked
package dev.muster.target.store;

import org.jspecify.annotations.NullMarked;
