package dev.muster.worker.agent;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How a worker joins.
 *
 * @param host of the coordinator
 * @param port of the coordinator
 * @param name what people call this worker
 * @param eventLoops cores that generate load, at least 1
 * @param sources addresses of this machine that requests leave from in turn; none: the kernel chooses
 * @param giveUpAfter how long it goes on trying to reach a coordinator that is away, before it ends
 */
public record WorkerOptions(
    String host, int port, String name, int eventLoops, List<InetAddress> sources,
    Duration giveUpAfter) {

  public WorkerOptions {
    sources = List.copyOf(sources);
  }
}
