package dev.muster.worker.machine;

import java.time.Instant;
import java.util.Optional;

/**
 * A machine is to be taken from whoever uses it.
 *
 * @param taken when; empty: it is likely, and nobody says when
 * @param reason for people, such as "spot interruption: terminate"
 */
public record Warning(Optional<Instant> taken, String reason) {}
