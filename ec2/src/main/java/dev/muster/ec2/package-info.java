/** Workers on EC2. Begin with {@link dev.muster.ec2.Ec2Fleet}. */
@NullMarked
package dev.muster.ec2;

import org.jspecify.annotations.NullMarked;
