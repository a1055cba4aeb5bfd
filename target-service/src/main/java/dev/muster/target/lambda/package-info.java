/**
 * The lambda architecture: the API as a Lambda function, and the gateway in front of it.
 */
@NullMarked
package dev.muster.target.lambda;

import org.jspecify.annotations.NullMarked;
