/**
 * The command {@code muster target}: the customer API in its architectures, and what belongs to it.
 * May import {@code target-service}, {@code local}, and picocli.
 * Begin with {@link dev.muster.cli.target.TargetCommand}, then {@code Stack}.
 */
@NullMarked
package dev.muster.cli.target;

import org.jspecify.annotations.NullMarked;
