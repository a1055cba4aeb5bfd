@NullMarked
package dev.muster.cli.credential;

import org.jspecify.annotations.NullMarked;
