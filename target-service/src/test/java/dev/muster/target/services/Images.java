package dev.muster.target.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** The names of the images, from the file that they are made by. */
final class Images {
  static final String MARIADB = named("mariadb");
  static final String MEMCACHED = named("memcached");
  static final List<String> ALL = List.of(MARIADB, MEMCACHED);

  private Images() {}

  private static String named(String service) {
    var names = new Properties();
    try (var file = Images.class.getResourceAsStream("/images.properties")) {
      names.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names.getProperty(service);
  }
}
