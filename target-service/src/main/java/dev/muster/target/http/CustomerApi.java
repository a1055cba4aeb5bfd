package dev.muster.target.http;

import dev.muster.target.store.CustomerStore;
import dev.muster.target.store.StoreException;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The customer API: which path is answered with what. Bad input is a 400 or a 404, never a 500. */
public final class CustomerApi implements Api {
  private static final Logger LOG = LoggerFactory.getLogger(CustomerApi.class);

  private static final String WELCOME = "/";
  private static final String CUSTOMER = "/customer/{id}";
  private static final String CUSTOMER_DATA = "/customerdata/{id}";

  // Nine digits always fit an int, so no number that passes can overflow.
  private static final int MAX_DIGITS = 9;

  private final CustomerStore store;

  /** The API over the customers of this store. */
  public CustomerApi(CustomerStore store) {
    this.store = store;
  }

  @Override
  public Answer answer(String method, String path) {
    if (path.equals(WELCOME)) {
      return method.equals("GET")
          ? Answer.text(WELCOME, "The customer API. Try /customer/42 or /customerdata/42.\n")
          : Answer.onlyWith("GET", WELCOME);
    }
    // What follows the prefix is one segment, as sent: an encoded digit is not a digit here, and
    // whatever holds a slash is another path.
    var segments = path.split("/", -1);
    if (segments.length != 3) {
      return Answer.unknownRoute();
    }
    return switch (segments[1]) {
      case "customer" -> find(method, CUSTOMER, segments[2],
          id -> store.customer(id).map(Json::customer));
      case "customerdata" -> find(method, CUSTOMER_DATA, segments[2],
          id -> store.readings(id).map(Json::readings));
      default -> Answer.unknownRoute();
    };
  }

  private static Answer find(
      String method, String route, String id, IntFunction<Optional<String>> lookup) {
    if (!method.equals("GET")) {
      return Answer.onlyWith("GET", route);
    }
    if (!isNumber(id)) {
      return Answer.error(route, 400,
          "an id is a whole number of at most " + MAX_DIGITS + " digits, such as 42");
    }
    try {
      int number = Integer.parseInt(id);
      return lookup.apply(number)
          .map(json -> Answer.json(route, json))
          .orElseGet(() -> Answer.error(route, 404, "there is no customer " + number));
    } catch (StoreException e) {
      LOG.error("{} is answered with a 500", route, e);
      return Answer.error(route, 500, "the customers cannot be read now");
    }
  }

  // Not Character.isDigit, which takes the digits of every script.
  private static boolean isNumber(String id) {
    return !id.isEmpty() && id.length() <= MAX_DIGITS
        && id.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
