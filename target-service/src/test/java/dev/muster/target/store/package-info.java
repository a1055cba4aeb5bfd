/**
 * What every store keeps to, beyond what the seeded data shows.
 * May import {@code store}, {@code data} and H2.
 * Begin with {@link dev.muster.target.store.JdbcCustomerStoreTest}.
 */
@NullMarked
package dev.muster.target.store;

import org.jspecify.annotations.NullMarked;
