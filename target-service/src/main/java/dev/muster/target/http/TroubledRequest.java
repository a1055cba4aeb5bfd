package dev.muster.target.http;

import dev.muster.target.api.Answer;
import dev.muster.target.faults.FaultCount;
import dev.muster.target.faults.Faults;
import dev.muster.target.faults.LiveFaults;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One request on its way through the faults, in the order that {@link Faults} tells. It goes by the
 * instants at which things ought to happen: a timer that goes off late makes this answer late, but
 * none after it. Its client may be gone; it is served to the end nevertheless, as the server of a real
 * service would not know. For the event loop of its connection.
 */
final class TroubledRequest implements LiveFaults.Turn {
  private static final int PIECES = 20;

  private final Connection connection;
  private final Service service;
  private final LiveFaults live;
  private Faults faults = Faults.NONE;

  // How far it has come, on the scale of System.nanoTime().
  private long instant;

  TroubledRequest(Connection connection, Service service) {
    this.connection = connection;
    this.service = service;
    this.live = service.faults();
  }

  /** Also called on other threads, by those who free a server. */
  @Override
  public void begin(long nanos) {
    // Never at once: whoever frees the next server would stand on the stack of the one before.
    connection.loop().execute(() -> serve(nanos));
  }

  private void serve(long nanos) {
    instant = nanos;
    faults = live.faults();
    var delay = faults.delay();
    if (delay.isPresent()) {
      var _ = live.count(FaultCount.DELAYED);
      at(nanos + delay.get().nanos(draw()), this::ask);
    } else {
      ask();
    }
  }

  private void ask() {
    connection.troubled(false);
    connection.ask(this::hold);
  }

  private void hold(Answer answer) {
    if (service.waits()) {
      instant = Math.max(instant, System.nanoTime());
    }
    var freeze = faults.freeze();
    long leaves = freeze.isPresent() ? live.leaves(freeze.get(), instant) : instant;
    if (leaves != instant) {
      var _ = live.count(FaultCount.FROZEN);
      connection.troubled(true);
      at(leaves, () -> send(answer));
    } else {
      send(answer);
    }
  }

  private void send(Answer answer) {
    if (connection.isGone()) {
      live.leave(instant);
      return;
    }
    switch (faults.fate(draw())) {
      case SENT -> sendWhole(answer);
      case FAILED -> {
        var _ = live.count(FaultCount.FAILED);
        sendWhole(Answer.error(answer.route(), 500, "this failure was asked for"));
      }
      case CLOSED_EARLY -> {
        connection.sendPart(answer, live.count(FaultCount.CLOSED_EARLY));
        live.leave(instant);
      }
      case GARBLED -> {
        connection.sendGarbage(live.count(FaultCount.GARBLED));
        live.leave(instant);
      }
    }
  }

  private void sendWhole(Answer answer) {
    var time = faults.slowBody();
    if (time.isPresent() && connection.wantsBody() && answer.body().length > 0) {
      var _ = live.count(FaultCount.SLOWED);
      connection.troubled(true);
      connection.sendHead(answer);
      sendPiece(answer, 1, instant, time.get());
    } else {
      connection.send(answer);
      live.leave(instant);
    }
  }

  private void sendPiece(Answer answer, int piece, long start, Duration time) {
    int length = answer.body().length;
    int pieces = Math.min(PIECES, length);
    at(start + time.toNanos() / pieces * piece, () -> {
      if (connection.isGone()) {
        live.leave(instant);
        return;
      }
      connection.sendBody(answer, length * (piece - 1) / pieces, length * piece / pieces);
      if (piece < pieces) {
        sendPiece(answer, piece + 1, start, time);
      } else {
        live.leave(instant);
      }
    });
  }

  private void at(long then, Runnable step) {
    instant = then;
    long left = then - System.nanoTime();
    if (left > 0) {
      var _ = connection.loop().schedule(step, left, TimeUnit.NANOSECONDS);
    } else {
      step.run();
    }
  }

  private static double draw() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
