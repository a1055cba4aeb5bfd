/**
 * The stores' laws, against real services.
 * May import {@code store}, {@code data} and {@code services}.
 * Begin with {@link dev.muster.target.store.MariaDbStoreIT}.
 */
@NullMarked
package dev.muster.target.store;

import org.jspecify.annotations.NullMarked;
