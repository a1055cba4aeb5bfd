package dev.muster.ec2;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** What stands in tags about whatever belongs to a fleet: which, and until when. */
final class FleetTags {

  /** The tag of all that belongs to a fleet. */
  static final String FLEET = "muster:fleet";

  /** The tag that says until when it may live, as an instant in ISO 8601. */
  static final String EXPIRES = "muster:expires";

  /** The tag of an instance that was launched in place of one that is taken back: that one's id. */
  static final String REPLACES = "muster:replaces";

  private FleetTags() {}

  static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }

  static List<Tag> both(String fleet, Instant expires) {
    var tags = new ArrayList<>(name(fleet));
    tags.add(tag(EXPIRES, expires.toString()));
    return tags;
  }

  static List<Tag> name(String fleet) {
    return List.of(tag("Name", "muster-" + fleet), tag(FLEET, fleet));
  }

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static String value(List<Tag> tags, String key) {
    return tags.stream()
        .filter(tag -> tag.key().equals(key))
        .map(Tag::value)
        .findFirst()
        .orElse("");
  }

  static TagSpecification of(ResourceType type, List<Tag> tags) {
    return TagSpecification.builder().resourceType(type).tags(tags).build();
  }

  /** One whose tag cannot be read is to end at once: nobody would know when. */
  static Instant expires(List<Tag> tags, Instant otherwise) {
    try {
      return Instant.parse(value(tags, EXPIRES));
    } catch (DateTimeParseException e) {
      return otherwise;
    }
  }
}
