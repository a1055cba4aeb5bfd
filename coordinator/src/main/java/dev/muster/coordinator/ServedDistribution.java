package dev.muster.coordinator;

/**
 * Where machines that are to become workers fetch Muster from the coordinator's host.
 *
 * @param port by HTTPS
 * @param sha256 what they must get, in 64 hexadecimal digits
 */
public record ServedDistribution(int port, String sha256) {}
