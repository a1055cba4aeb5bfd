package dev.muster.target.store;

import dev.muster.target.data.SeededCustomers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/** A store behind a cache that counts how often it was asked. */
final class Behind implements CustomerStore, AllCustomers {
  private final MemoryStore memory = new MemoryStore(new SeededCustomers());
  private final AtomicInteger asked = new AtomicInteger();

  /** How many lookups came through. */
  int asked() {
    return asked.get();
  }

  @Override
  public Optional<byte[]> customer(int id) {
    asked.incrementAndGet();
    return memory.customer(id);
  }

  @Override
  public Optional<byte[]> readings(int customerId) {
    asked.incrementAndGet();
    return memory.readings(customerId);
  }

  @Override
  public void eachCustomer(ObjIntConsumer<byte[]> to) {
    IntStream.range(0, SeededCustomers.CUSTOMERS)
        .forEach(id -> to.accept(memory.customer(id).orElseThrow(), id));
  }

  @Override
  public void eachReadings(ObjIntConsumer<byte[]> to) {
    IntStream.range(0, SeededCustomers.CUSTOMERS)
        .forEach(id -> to.accept(memory.readings(id).orElseThrow(), id));
  }

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public void close() {
    memory.close();
  }
}
