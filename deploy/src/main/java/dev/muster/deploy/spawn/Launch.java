package dev.muster.deploy.spawn;

import java.util.List;

/**
 * What came of an order.
 *
 * @param launched names of workers, of this order or of one before it that it completes
 * @param missing why there are no more, in the place's words, if there are fewer than were wanted
 */
public record Launch(List<String> launched, List<String> missing) {

  public Launch {
    launched = List.copyOf(launched);
    missing = List.copyOf(missing);
  }
}
