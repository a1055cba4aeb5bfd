package dev.muster.target.store;

import dev.muster.target.data.CustomerJson;
import dev.muster.target.data.SeededCustomers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The seeded customers in the memory of this process, each answer made once. */
public final class MemoryStore implements CustomerStore {
  private final List<byte[]> customers = new ArrayList<>(SeededCustomers.CUSTOMERS);
  private final List<byte[]> readings = new ArrayList<>(SeededCustomers.CUSTOMERS);

  /** Lays the data out. */
  public MemoryStore(SeededCustomers data) {
    data.customers().forEach(customer -> {
      customers.add(CustomerJson.customer(customer));
      readings.add(CustomerJson.readings(data.readings(customer.id())));
    });
  }

  @Override
  public Optional<byte[]> customer(int id) {
    return in(customers, id);
  }

  @Override
  public Optional<byte[]> readings(int customerId) {
    return in(readings, customerId);
  }

  private static Optional<byte[]> in(List<byte[]> documents, int id) {
    return id >= 0 && id < documents.size() ? Optional.of(documents.get(id)) : Optional.empty();
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public void close() {}
}
