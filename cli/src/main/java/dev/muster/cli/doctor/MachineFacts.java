package dev.muster.cli.doctor;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a machine is and allows, as far as it tells.
 *
 * @param java the version of Java that runs this
 * @param cores that this process may use
 * @param memoryBytes that programs can still have
 * @param openFiles how many files and sockets a process may have open; the JVM has raised its soft limit
 *     to the hard one by then
 * @param ports how many local ports there are for connections
 * @param timeWaitReuse the kernel's tcp_tw_reuse: 1 everywhere, 2 on loopback only, 0 nowhere
 * @param nativeTransport whether event loops can use the kernel's epoll
 * @param coordinatorPort the port that a coordinator would listen on
 * @param coordinatorPortFree whether nobody listens on it
 * @param clockSynchronised whether the system keeps its clock by that of others
 * @param clockStepMillis by how much the clock moved against one that nobody sets, while looked at
 */
public record MachineFacts(
    String java,
    int cores,
    OptionalLong memoryBytes,
    OptionalLong openFiles,
    OptionalLong ports,
    OptionalInt timeWaitReuse,
    boolean nativeTransport,
    int coordinatorPort,
    boolean coordinatorPortFree,
    Optional<Boolean> clockSynchronised,
    long clockStepMillis) {}
