package dev.muster.worker.agent;

import dev.muster.plan.load.Rate;
import dev.muster.plan.target.AllowedTargets;
import dev.muster.worker.machine.Lease;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a worker joins.
 *
 * @param host of the coordinator
 * @param port of the coordinator
 * @param name what people call this worker
 * @param eventLoops cores that generate load, at least 1
 * @param sources addresses of this machine that requests leave from in turn; none: the kernel chooses
 * @param targets that it may send to, whatever a coordinator asks for
 * @param maxRate how many requests it may send in a second, counted over the time that it names; null: as
 *     many as it is asked for
 * @param giveUpAfter how long it goes on trying to reach a coordinator that is away, before it ends; some
 *     minutes longer while it has something to deliver
 * @param orphanTimeout how long it goes on with its load while no coordinator can be reached
 * @param spool the folder in which it keeps what it measured until that is known to be stored; several
 *     workers of a machine may have one
 * @param lease what its machine's stay hangs on, where it ends by itself
 */
public record WorkerOptions(
    String host, int port, String name, int eventLoops, List<InetAddress> sources,
    AllowedTargets targets, @Nullable Rate maxRate, Duration giveUpAfter, Duration orphanTimeout,
    Path spool, Optional<Lease> lease) {

  public WorkerOptions {
    sources = List.copyOf(sources);
  }
}
