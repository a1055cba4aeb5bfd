package dev.muster.ec2;

import java.util.regex.Pattern;

/**
 * How many vCPUs an account may run at a time, of the standard families.
 *
 * @param code what Service Quotas calls it
 * @param most how many it may
 * @param running how many run
 */
public record VcpuQuota(String code, double most, int running) {

  /** Of instances on demand. */
  static final String ON_DEMAND = "L-1216C47A";

  /** Of spot instances. */
  static final String SPOT = "L-34B43A08";

  /** A, C, D, H, I, M, R, T and Z, less the families that only begin like one of these. */
  private static final Pattern STANDARD = Pattern.compile(
      "(?!inf|trn|dl|hpc|mac)[acdhimrtz][a-z]*[0-9].*");

  static String code(boolean spot) {
    return spot ? SPOT : ON_DEMAND;
  }

  /** Whether it is these quotas that a type counts for. */
  public static boolean counts(String type) {
    return STANDARD.matcher(type).matches();
  }

  /** How many more may run. */
  public double free() {
    return most - running;
  }
}
