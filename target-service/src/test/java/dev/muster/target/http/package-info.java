/**
 * The listener as its own: which requests it takes, and what it does with an API that waits.
 * May import {@code http} and what that may, and Netty's leak detector.
 * Begin with {@link dev.muster.target.http.RequestsTest}.
 */
@NullMarked
package dev.muster.target.http;

import org.jspecify.annotations.NullMarked;
