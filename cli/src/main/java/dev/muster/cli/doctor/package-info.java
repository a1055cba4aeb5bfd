/**
 * What would stand in the way of a run on this machine: facts are read here, decided on there, and never
 * both. Begin with {@link dev.muster.cli.doctor.Diagnosis}.
 */
@NullMarked
package dev.muster.cli.doctor;

import org.jspecify.annotations.NullMarked;
