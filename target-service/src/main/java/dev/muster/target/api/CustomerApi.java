package dev.muster.target.api;

import dev.muster.target.store.CustomerStore;
import dev.muster.target.store.StoreException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The customer API: which path is answered with what. Bad input is a 400 or a 404, never a 500; a
 * store that cannot tell is a 503.
 */
public final class CustomerApi implements Api {
  private static final Logger LOG = LoggerFactory.getLogger(CustomerApi.class);

  private static final String WELCOME = "/";
  private static final String CUSTOMER = "/customer/{id}";
  private static final String CUSTOMER_DATA = "/customerdata/{id}";
  private static final String CUSTOMER_DATA_QUERY = "/customerdata?id={id}";

  private static final String CUSTOMER_PREFIX = "/customer/";
  private static final String CUSTOMER_DATA_PREFIX = "/customerdata/";
  private static final String CUSTOMER_DATA_PATH = "/customerdata";
  private static final String ID_PARAMETER = "id=";

  // Nine digits always fit an int, so no number that passes can overflow.
  private static final int MAX_DIGITS = 9;

  private final CustomerStore store;

  /** The API over the customers of this store. */
  public CustomerApi(CustomerStore store) {
    this.store = store;
  }

  @Override
  public Answer answer(Request request) {
    String path = request.path();
    // What follows a prefix is one segment, as sent: an encoded digit is not a digit here, and
    // whatever holds a slash is another path.
    if (isSegmentAfter(CUSTOMER_DATA_PREFIX, path)) {
      return find(request.method(), CUSTOMER_DATA,
          path.substring(CUSTOMER_DATA_PREFIX.length()), store::readings);
    }
    if (isSegmentAfter(CUSTOMER_PREFIX, path)) {
      return find(request.method(), CUSTOMER, path.substring(CUSTOMER_PREFIX.length()),
          store::customer);
    }
    return switch (path) {
      case CUSTOMER_DATA_PATH -> find(request.method(), CUSTOMER_DATA_QUERY,
          idOf(request.query()), store::readings);
      case WELCOME -> request.method().equals("GET")
          ? Answer.text(WELCOME, "The customer API. Try /customer/42 or /customerdata/42.\n")
          : Answer.onlyWith("GET", WELCOME);
      default -> Answer.unknownRoute();
    };
  }

  /** The pattern that this path falls under, {@link Answer#OTHER} if under none. */
  public static String routeOf(String path) {
    if (isSegmentAfter(CUSTOMER_DATA_PREFIX, path)) {
      return CUSTOMER_DATA;
    }
    if (isSegmentAfter(CUSTOMER_PREFIX, path)) {
      return CUSTOMER;
    }
    return switch (path) {
      case CUSTOMER_DATA_PATH -> CUSTOMER_DATA_QUERY;
      case WELCOME -> WELCOME;
      default -> Answer.OTHER;
    };
  }

  private static boolean isSegmentAfter(String prefix, String path) {
    return path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0;
  }

  // The first one counts. Without one it is no number either.
  private static String idOf(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(parameter -> parameter.startsWith(ID_PARAMETER))
        .findFirst()
        .map(parameter -> parameter.substring(ID_PARAMETER.length()))
        .orElse("");
  }

  private static Answer find(
      String method, String route, String id, IntFunction<Optional<byte[]>> lookup) {
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
      LOG.debug("{} is answered with a 503", route, e);
      return Answer.error(route, 503, "the customers cannot be read now");
    }
  }

  // Not Character.isDigit, which takes the digits of every script.
  private static boolean isNumber(String id) {
    return !id.isEmpty() && id.length() <= MAX_DIGITS
        && id.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
