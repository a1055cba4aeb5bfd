package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Muster in a bucket of the stand-in. */
@SuppressWarnings("NullAway.Init")
class DistributionBucketTest {

  private static final URI OBJECT = URI.create("s3://shelf/a/muster.tar.gz");
  private static final Duration LIFE = Duration.ofMinutes(15);

  @TempDir
  private Path folder = Path.of("");

  @RegisterExtension
  static final StandIn aws = new StandIn();

  private DistributionBucket bucket;

  @BeforeEach
  void open() {
    bucket = aws.bucket("shelf");
  }

  @AfterEach
  void close() {
    bucket.close();
  }

  @Test
  void whoever_has_the_address_fetches_the_archive_and_needs_nothing_else() throws Exception {
    Distribution held = hold(OBJECT, "archive");

    assertThat(held.sha256()).isEqualTo(sum("archive"));
    assertThat(held.address().getQuery()).contains("X-Amz-Expires=900", "X-Amz-SignedHeaders=host");
    assertThat(aws.fetched(held.address())).asString().isEqualTo("archive");
  }

  @Test
  void what_is_there_already_is_not_written_again() throws Exception {
    hold(OBJECT, "archive");
    Distribution again = hold(OBJECT, "archive");

    assertThat(aws.calls("PutObject")).hasSize(1);
    assertThat(aws.fetched(again.address())).asString().isEqualTo("archive");
  }

  @Test
  void another_archive_takes_the_place_of_what_is_there() throws Exception {
    hold(OBJECT, "archive");
    Distribution next = hold(OBJECT, "newer");

    assertThat(aws.calls("PutObject")).hasSize(2);
    assertThat(aws.fetched(next.address())).asString().isEqualTo("newer");
  }

  @Test
  void who_may_not_look_may_write_all_the_same() throws Exception {
    aws.failing("HeadObject", "AccessDenied", 403, 1);

    assertThat(aws.fetched(hold(OBJECT, "archive").address())).asString().isEqualTo("archive");
  }

  @Test
  void who_may_write_and_not_read_is_told_so_before_instances_boot_in_vain() {
    aws.failing("HeadObject", "AccessDenied", 403, -1);

    assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> hold(OBJECT, "archive"))
        .withMessageContaining("Cannot read s3://shelf/a/muster.tar.gz back")
        .withMessageContaining("s3:GetObject")
        .withMessageContaining("muster doctor --ec2");
  }

  @ParameterizedTest
  @CsvSource({"AccessDenied, 403, these credentials may not do that",
      "InvalidAccessKeyId, 403, these credentials are not accepted",
      "ExpiredToken, 400, these credentials have expired",
      "AuthorizationHeaderMalformed, 400, the bucket is in another region"})
  void what_s3_refuses_is_told_with_what_to_do(String code, int http, String advice) {
    aws.failing("HeadObject", code, http, -1);
    aws.failing("PutObject", code, http, -1);

    assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> hold(OBJECT, "archive"))
        .satisfies(
            problem -> assertThat(problem.getMessage())
                .startsWith("Cannot put Muster at s3://shelf/a/muster.tar.gz: " + code)
                .containsIgnoringCase(advice));
  }

  @Test
  void a_bucket_in_another_region_is_known_by_the_first_answer() {
    aws.failing("HeadObject", "PermanentRedirect", 301, -1);

    assertThatExceptionOfType(Ec2Problem.class).isThrownBy(() -> hold(OBJECT, "archive"))
        .withMessageContaining("The bucket is in another region");
    assertThat(aws.calls("PutObject")).isEmpty();
  }

  @Test
  void a_bucket_that_is_none_is_told_with_how_to_make_it() {
    assertThatExceptionOfType(Ec2Problem.class)
        .isThrownBy(() -> hold(URI.create("s3://nobodys/muster.tar.gz"), "archive"))
        .withMessageContaining("NoSuchBucket")
        .withMessageContaining("aws s3 mb");
  }

  @Test
  void what_names_no_object_is_refused() {
    for (String odd : List.of("s3://shelf", "s3://shelf/", "s3:///key", "https://shelf/key")) {
      assertThatIllegalArgumentException().isThrownBy(() -> hold(URI.create(odd), "archive"))
          .withMessageContaining("expected s3://BUCKET/KEY");
    }
  }

  private Distribution hold(URI object, String archive) throws Exception {
    Path file = Files.writeString(folder.resolve("archive"), archive);
    return bucket.hold(object, file, sum(archive), LIFE);
  }

  private static String sum(String archive) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(archive.getBytes(StandardCharsets.UTF_8)));
  }
}
