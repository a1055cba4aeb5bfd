package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PolicyTest {

  /** What IAM takes, of a policy that is kept by itself, without white space. */
  private static final int MOST_CHARACTERS = 6_144;

  private static final JsonNode POLICY = JsonMapper.shared().readTree(Policy.text("us-east-1"));

  @Test
  void it_allows_every_action_that_not_everybody_is_allowed_and_nothing_by_a_star() {
    List<String> allowed = statements().flatMap(each -> texts(each.path("Action")))
        .distinct()
        .toList();

    assertThat(allowed).containsExactlyInAnyOrderElementsOf(
        AwsAction.ALL.stream()
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
  void it_is_written_for_the_part_of_aws_that_the_region_is_in() {
    assertThat(Policy.text("us-gov-west-1")).contains("arn:aws-us-gov:ec2:")
        .doesNotContain(
            "arn:aws:");
  }

  @Test
  void what_is_not_asked_for_is_not_allowed() {
    var less = new ArrayList<>(AwsAction.ALL);
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
