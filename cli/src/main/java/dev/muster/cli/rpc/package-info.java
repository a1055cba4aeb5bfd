/**
 * The command line's side of the control service; the only package here that knows gRPC. Begin with
 * {@link dev.muster.cli.rpc.ControlClient}.
 */
@NullMarked
package dev.muster.cli.rpc;

import org.jspecify.annotations.NullMarked;
