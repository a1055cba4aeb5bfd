/**
 * The two ends of a link in gRPC's terms: TLS 1.3, and the calls that bring certificates. The only package
 * of ours that names gRPC's shaded Netty, as only there TLS 1.3 alone can be asked for. Begin with {@link
 * dev.muster.trust.rpc.Dialer}.
 */
@NullMarked
package dev.muster.trust.rpc;

import org.jspecify.annotations.NullMarked;
