package dev.muster.worker.agent;

import java.time.Duration;

/**
 * How a worker joins.
 *
 * @param host of the coordinator
 * @param port of the coordinator
 * @param name what people call this worker
 * @param eventLoops cores that generate load, at least 1
 * @param giveUpAfter how long it goes on trying to reach a coordinator that is away, before it ends
 */
public record WorkerOptions(
    String host, int port, String name, int eventLoops, Duration giveUpAfter) {}
