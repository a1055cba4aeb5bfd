/**
 * Workers as processes that go on by themselves, on this machine or on others by ssh: the same scripts for both.
 * Begin with {@link dev.muster.deploy.host.HostsPlace}.
 */
@NullMarked
package dev.muster.deploy.host;

import org.jspecify.annotations.NullMarked;
