/**
 * What the service answers, whoever carries the bytes: a listener, or Lambda.
 * May import {@code store} and Jackson's writer.
 * Begin with {@link dev.muster.target.api.CustomerApi}.
 */
@NullMarked
package dev.muster.target.api;

import org.jspecify.annotations.NullMarked;
