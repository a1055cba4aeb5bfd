package dev.muster.coordinator.rpc;

import dev.muster.coordinator.bill.FleetBill;
import dev.muster.coordinator.bill.Machine;
import dev.muster.v1.FleetInfo;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/** What machines cost, in the words of the wire. */
final class BillMessages {

  /** Neither too long nor with an exponent, so that nobody can make us reckon for long. */
  private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  /** Of an amount on the wire. */
  private static final int PLACES = 6;

  private BillMessages() {}

  /** @throws IllegalArgumentException with a sentence, where it makes no sense */
  static Machine read(dev.muster.v1.Machine message) {
    String worker = name("the worker of a machine", message.getWorkerName());
    long since = message.getSinceUnixNanos();
    check(since > 0, "machine " + worker + " is there since no instant");
    checkEnd(worker, "has ended", since, message.getEndedUnixNanos());
    checkEnd(worker, "is to end", since, message.getUntilUnixNanos());
    return new Machine(
        worker, name("the fleet of machine " + worker, message.getFleet()),
        message.getType().isEmpty()
            ? ""
            : name("the type of machine " + worker, message.getType()),
        message.getUsdPerHour().isEmpty()
            ? Optional.empty()
            : Optional.of(amount("an hour of machine " + worker, message.getUsdPerHour())),
        since, message.getEndedUnixNanos(), message.getUntilUnixNanos());
  }

  private static void checkEnd(String worker, String what, long since, long end) {
    check(
        end == 0 || end >= since, "machine " + worker + " " + what + " before it was there");
  }

  /** @throws IllegalArgumentException with a sentence, where it makes no sense */
  static BigDecimal ceiling(String fleet, String usd) {
    BigDecimal amount = amount("fleet " + name("a fleet with a ceiling", fleet), usd);
    check(amount.signum() > 0, "the ceiling of fleet " + fleet + " is to be more than 0 USD");
    return amount;
  }

  private static BigDecimal amount(String of, String usd) {
    check(
        AMOUNT.matcher(usd).matches(),
        "what " + of + " costs is to be told in US dollars, as a decimal number such as 0.0725");
    return new BigDecimal(usd);
  }

  /** These come before people as they are. */
  private static String name(String of, String name) {
    check(
        !name.isEmpty() && name.length() <= ClusterEndpoint.LONGEST_NAME
            && name.codePoints().noneMatch(Character::isISOControl),
        of + " is to have a name, of " + ClusterEndpoint.LONGEST_NAME + " characters at most");
    return name;
  }

  private static void check(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }

  static dev.muster.v1.Machine written(Machine machine) {
    return dev.muster.v1.Machine.newBuilder()
        .setWorkerName(machine.worker())
        .setFleet(machine.fleet())
        .setType(machine.type())
        .setUsdPerHour(machine.usdPerHour().map(BillMessages::decimal).orElse(""))
        .setSinceUnixNanos(machine.sinceUnixNanos())
        .setEndedUnixNanos(machine.endedUnixNanos())
        .setUntilUnixNanos(machine.untilUnixNanos())
        .build();
  }

  static FleetInfo written(FleetBill fleet) {
    return FleetInfo.newBuilder()
        .setName(fleet.name())
        .setMachines(fleet.machines())
        .setRunning(fleet.running())
        .setUsdPerHour(fleet.hour().incomplete() ? "" : decimal(fleet.hour().usd()))
        .setCostUsd(decimal(fleet.soFar().usd()))
        .setCeilingUsd(fleet.ceiling().map(BillMessages::decimal).orElse(""))
        .setIncomplete(fleet.soFar().incomplete())
        .build();
  }

  static String decimal(BigDecimal usd) {
    BigDecimal rounded = usd.setScale(PLACES, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
