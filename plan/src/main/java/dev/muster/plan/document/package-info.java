/**
 * A YAML text as a tree in which every key and value knows its place, with the overrides of the
 * command line laid over it. Knows nothing of plans and imports only the YAML parser. Begin with
 * {@link dev.muster.plan.document.YamlText}.
 */
@NullMarked
package dev.muster.plan.document;

import org.jspecify.annotations.NullMarked;
