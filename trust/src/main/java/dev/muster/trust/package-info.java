/**
 * Who may speak with whom: the coordinator's own authority, join tokens, credentials and what is
 * revoked. Knows files, the JDK's cryptography and Bouncy Castle, no gRPC. Begin with {@link
 * dev.muster.trust.Authority} and {@link dev.muster.trust.JoinToken}.
 */
@NullMarked
package dev.muster.trust;

import org.jspecify.annotations.NullMarked;
