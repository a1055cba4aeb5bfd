package dev.muster.plan.scenario;

/**
 * A header of a request.
 *
 * @param name a token of RFC 9110, as written
 * @param value rendered for each request; its literal text holds no line break
 */
public record Header(String name, Template value) {}
