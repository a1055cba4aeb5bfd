/**
 * What a coordinator must not forget, in one SQLite file. Imports JDBC and the wire. Begin with {@link
 * dev.muster.coordinator.store.Store}.
 */
@NullMarked
package dev.muster.coordinator.store;

import org.jspecify.annotations.NullMarked;
