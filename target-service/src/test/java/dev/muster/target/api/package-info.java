/**
 * What cannot be brought about from outside: a store that fails, a socket that refuses.
 * May import {@code http}, {@code store} and {@code data}.
 * Begin with {@link dev.muster.target.api.CustomerApiTest}.
 */
@NullMarked
package dev.muster.target.api;

import org.jspecify.annotations.NullMarked;
