/**
 * The two faces of the service on the network: what it answers, and the shell that listens.
 * May import {@code store}, {@code data}, Jackson's writer; Helidon only in the shell.
 * Begin with {@link dev.muster.target.http.CustomerApi}, then {@code HttpListener}.
 */
@NullMarked
package dev.muster.target.http;

import org.jspecify.annotations.NullMarked;
