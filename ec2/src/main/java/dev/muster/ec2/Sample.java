package dev.muster.ec2;

import java.util.Optional;

/**
 * What there is to ask about. The last three have the tag of a fleet, by which policies may decide; there may
 * be none of them yet.
 */
record Sample(
    String image, String type, String subnet, String vpc, Optional<String> instance,
    Optional<String> template, Optional<String> group) {}
