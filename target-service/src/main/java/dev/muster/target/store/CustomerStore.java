package dev.muster.target.store;

import dev.muster.target.data.Customer;
import dev.muster.target.data.Reading;
import java.util.List;
import java.util.Optional;

/**
 * Where customers and their readings are looked up. Every store gives the same answers for the same
 * data; they differ in how they come by them. Safe for use by many threads.
 */
public interface CustomerStore extends AutoCloseable {
  /**
   * The customer with this id, or empty if there is none.
   *
   * @throws StoreException if the store cannot tell
   */
  Optional<Customer> customer(int id);

  /**
   * The readings of the customer with this id in the order of their ids, or empty if there is no such
   * customer. A customer without readings has an empty list.
   *
   * @throws StoreException if the store cannot tell
   */
  Optional<List<Reading>> readings(int customerId);

  @Override
  void close();
}
