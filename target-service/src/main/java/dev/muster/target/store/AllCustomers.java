package dev.muster.target.store;

import java.util.function.ObjIntConsumer;

/** Everything that a store could be asked for, one after the other, as the JSON of its answers. */
public interface AllCustomers {
  /**
   * Gives each customer with its id.
   *
   * @throws StoreException if the store cannot tell now; some may have been given already
   */
  void eachCustomer(ObjIntConsumer<byte[]> to);

  /**
   * Gives the readings of each customer with the customer's id.
   *
   * @throws StoreException if the store cannot tell now; some may have been given already
   */
  void eachReadings(ObjIntConsumer<byte[]> to);
}
