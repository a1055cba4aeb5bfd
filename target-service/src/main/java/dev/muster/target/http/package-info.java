/**
 * The shell that listens, and misbehaves when asked to.
 * May import {@code api} and {@code faults}; the only room that knows the HTTP library.
 * Begin with {@link dev.muster.target.http.HttpListener}.
 */
@NullMarked
package dev.muster.target.http;

import org.jspecify.annotations.NullMarked;
