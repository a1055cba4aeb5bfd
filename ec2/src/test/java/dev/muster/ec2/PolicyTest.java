package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyTest {

  /** What IAM takes, of a policy that is kept by itself, without white space. */
  private static final int MOST_CHARACTERS = 6_144;

  private static final Extras EXTRAS = new Extras(
      Optional.of(new S3Object("shelf", "a/muster.tar.gz")),
      Optional.of(Extras.Profile.of("machines")));

  private static final JsonNode POLICY = JsonMapper.shared()
      .readTree(Policy.text("us-east-1", EXTRAS));

  @Test
  void it_allows_every_action_that_not_everybody_is_allowed_and_nothing_by_a_star() {
    List<String> allowed = statements().flatMap(each -> texts(each.path("Action")))
        .distinct()
        .toList();

    assertThat(allowed).containsExactlyInAnyOrderElementsOf(
        AwsAction.all(EXTRAS)
            .stream()
            .filter(each -> !each.grants().isEmpty())
            .map(AwsAction::id)
            .toList());
    assertThat(allowed).noneMatch(each -> each.contains("*"));
  }

  @Test
  void only_what_tells_something_is_allowed_on_everything() {
    assertThat(
        statements().filter(each -> texts(each.path("Resource")).anyMatch("*"::equals))
            .flatMap(each -> texts(each.path("Action"))))
        .allMatch(each -> each.matches("[a-z0-9]+:(Describe|Get).*"));
  }

  @Test
  void what_changes_or_ends_something_is_allowed_on_what_has_the_tag_of_a_fleet_only() {
    assertThat(
        statements().filter(
            each -> texts(each.path("Action")).anyMatch(
                action -> action.matches("ec2:(Terminate|Delete|GetConsole|.*Version$).*"))))
        .isNotEmpty()
        .allSatisfy(
            each -> assertThat(
                each.path("Condition").path("StringLike").path("aws:ResourceTag/muster:fleet"))
                .isNotEmpty());
  }

  @Test
  void instances_are_created_with_the_tag_of_a_fleet_only() {
    assertThat(
        statements().filter(each -> texts(each.path("Action")).anyMatch("ec2:RunInstances"::equals))
            .filter(
                each -> texts(each.path("Resource")).anyMatch(
                    resource -> resource.endsWith(":instance/*"))))
        .singleElement()
        .satisfies(
            each -> assertThat(
                each.path("Condition").path("StringLike").path("aws:RequestTag/muster:fleet"))
                .isNotEmpty());
  }

  @Test
  void statements_have_names_of_their_own_and_all_of_them_fit() {
    assertThat(statements().map(each -> each.path("Sid").asString()).toList())
        .doesNotHaveDuplicates()
        .allMatch(each -> each.matches("[A-Za-z0-9]+"));
    assertThat(POLICY.toString()).hasSizeLessThan(MOST_CHARACTERS);
  }

  @Test
  void what_most_fleets_do_not_use_is_allowed_only_where_it_is_asked_for_and_on_that_alone() {
    assertThat(Policy.text("us-east-1", Extras.NONE)).doesNotContain("s3:", "PassRole");

    assertThat(
        statements()
            .filter(each -> texts(each.path("Action")).anyMatch(id -> id.startsWith("s3:"))))
        .singleElement()
        .satisfies(each -> {
          assertThat(texts(each.path("Action"))).containsExactly("s3:GetObject", "s3:PutObject");
          assertThat(texts(each.path("Resource")))
              .containsExactly("arn:aws:s3:::shelf/a/muster.tar.gz");
        });
    assertThat(
        statements().filter(each -> texts(each.path("Action")).anyMatch("iam:PassRole"::equals)))
        .singleElement()
        .satisfies(each -> {
          assertThat(texts(each.path("Resource"))).containsExactly("arn:aws:iam::*:role/machines");
          assertThat(
              texts(each.path("Condition").path("StringEquals").path("iam:PassedToService")))
              .contains("ec2.amazonaws.com");
        });
  }

  @Test
  void a_key_that_has_a_star_is_that_key_and_no_other() {
    var odd = new Extras(Optional.of(new S3Object("shelf", "a*b?")), Optional.empty());

    assertThat(Policy.text("us-east-1", odd)).contains("shelf/a${*}b${?}");
  }

  @Test
  void a_role_is_called_as_its_profile_is_unless_its_name_is_said() {
    assertThat(Extras.Profile.of("arn:aws:iam::123456789012:instance-profile/team/machines"))
        .returns("machines", Extras.Profile::role);
    assertThat(new Extras.Profile("machines", "team/other")).returns(
        "team/other", Extras.Profile::role);
    assertThatIllegalArgumentException().isThrownBy(() -> new Extras.Profile("machines", "*"))
        .withMessageContaining("no name of a role");
  }

  @Test
  void it_is_written_for_the_part_of_aws_that_the_region_is_in() {
    assertThat(Policy.text("us-gov-west-1", EXTRAS)).contains("arn:aws-us-gov:ec2:")
        .doesNotContain(
            "arn:aws:");
  }

  @Test
  void what_is_not_asked_for_is_not_allowed() {
    var less = new ArrayList<>(AwsAction.all(EXTRAS));
    less.removeIf(each -> each.id().equals("ec2:TerminateInstances"));

    assertThat(Policy.allowing(less, "us-east-1")).doesNotContain("TerminateInstances")
        .contains("GetConsoleOutput");
  }

  private static Stream<JsonNode> statements() {
    return StreamSupport.stream(POLICY.path("Statement").spliterator(), false);
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asString);
  }
}
