package dev.muster.worker.guard;

import java.io.IOException;

/** A target leads where the worker may not send. Its message is a sentence without a full stop. */
public final class TargetRefused extends IOException {

  private static final long serialVersionUID = 1;

  TargetRefused(String why) {
    super(why);
  }
}
