@NullMarked
package dev.muster.cli.doctor;

import org.jspecify.annotations.NullMarked;
