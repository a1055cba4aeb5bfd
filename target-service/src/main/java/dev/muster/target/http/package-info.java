/**
 * The shell that listens, and misbehaves when asked to.
 * May import {@code api} and {@code faults}; the only room that knows Netty.
 * Begin with {@link dev.muster.target.http.HttpListener}, then {@code Connection}.
 */
@NullMarked
package dev.muster.target.http;

import org.jspecify.annotations.NullMarked;
