/**
 * Real services for tests: whether there is a Docker engine, the images' names, the containers.
 * May import Testcontainers and {@code store}'s options.
 * Begin with {@link dev.muster.target.services.NeedsDocker}.
 */
@NullMarked
package dev.muster.target.services;

import org.jspecify.annotations.NullMarked;
