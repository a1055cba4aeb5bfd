package dev.muster.target.store;

import java.util.Optional;

/**
 * Where customers and their readings are looked up, as the JSON that the API answers with. Every store
 * gives the same bytes for the same data; they differ in how they come by them. Safe for use by many
 * threads; nobody may write to the bytes.
 */
public interface CustomerStore extends AutoCloseable {
  /**
   * The customer with this id, or empty if there is none.
   *
   * @throws StoreException if the store cannot tell now
   */
  Optional<byte[]> customer(int id);

  /**
   * The readings of the customer with this id in the order of their ids, or empty if there is no such
   * customer. A customer without readings has an empty list.
   *
   * @throws StoreException if the store cannot tell now
   */
  Optional<byte[]> readings(int customerId);

  /** Whether a lookup may wait for another process, so that an event loop must not ask. */
  boolean waits();

  @Override
  void close();
}
