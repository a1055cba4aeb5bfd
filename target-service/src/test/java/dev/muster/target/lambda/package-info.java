/**
 * Tests of the function and of the gateway in front of it, with real processes.
 * May import what it tests.
 * Begin with {@code LambdaTargetIT}, then {@code CheckoutTest}.
 */
@NullMarked
package dev.muster.target.lambda;

import org.jspecify.annotations.NullMarked;
