/**
 * The lambda architecture: the API as a Lambda function, and the API gateway in front of it.
 * May import {@code api} and the rooms below it, {@code http} and {@code process}.
 * Begin with {@link dev.muster.target.lambda.LambdaTarget}, then {@code CustomerFunction}.
 */
@NullMarked
package dev.muster.target.lambda;

import org.jspecify.annotations.NullMarked;
