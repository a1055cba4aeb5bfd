package dev.muster.target.lambda;

import dev.muster.target.faults.Faults;
import dev.muster.target.http.HttpListener;

/**
 * A gateway and the function behind it.
 *
 * @param customers where the gateway listens
 * @param admin where its counts are
 * @param manners how it treats a connection; an answer may take longer than they say by what the
 *     function may
 * @param faults how it misbehaves at first
 * @param function what it invokes
 */
public record LambdaOptions(
    HttpListener.Address customers,
    HttpListener.Address admin,
    HttpListener.Manners manners,
    Faults faults,
    FunctionOptions function) {}
