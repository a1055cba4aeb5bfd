/**
 * What would stand in the way of a run on this machine, or of workers on EC2: facts are read here or by {@code
 * ec2}, decided on there, and never both. Begin with {@link dev.muster.cli.doctor.Diagnosis}.
 */
@NullMarked
package dev.muster.cli.doctor;

import org.jspecify.annotations.NullMarked;
