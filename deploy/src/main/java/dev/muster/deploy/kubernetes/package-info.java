/**
 * Workers as pods, by the system's {@code kubectl}. Begin with {@link
 * dev.muster.deploy.kubernetes.KubernetesPlace}.
 */
@NullMarked
package dev.muster.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
