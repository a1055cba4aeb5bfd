package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.ec2.Permission.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionTest {

  private static final AwsAction TERMINATE = AwsAction.of("ec2:TerminateInstances").orElseThrow();

  /** What an answer to a dry run of TerminateInstances says, of an instance that is there and of one that is not. */
  @ParameterizedTest
  @CsvSource({
      "DryRunOperation, ALLOWED, ALLOWED",
      "UnauthorizedOperation, MISSING, DOUBTFUL",
      "AccessDenied, MISSING, DOUBTFUL",
      "AccessDeniedException, MISSING, DOUBTFUL",
      "InvalidInstanceID.NotFound, UNTOLD, LATER",
      "RequestLimitExceeded, UNTOLD, UNTOLD",
      "'', UNTOLD, UNTOLD"})
  void an_answer_of_aws_has_one_meaning(String code, Verdict ofOne, Verdict ofNothing) {
    assertThat(Permission.of(TERMINATE, false, code, "").verdict()).isEqualTo(ofOne);
    assertThat(Permission.of(TERMINATE, true, code, "").verdict()).isEqualTo(ofNothing);
    assertThat(Permission.of(TERMINATE, true, code, "").action()).isEqualTo(TERMINATE.id());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void another_action_that_aws_finds_missing_for_it_is_the_one_that_is_named(boolean ofNothing) {
    Permission permission = Permission.of(
        TERMINATE, ofNothing, "UnauthorizedOperation",
        "You are not authorized to perform this operation. User: arn:aws:iam::1:user/a is not "
            + "authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:1:fleet/*");

    assertThat(permission.action()).isEqualTo("ec2:CreateTags");
    assertThat(permission.verdict()).isEqualTo(Verdict.MISSING);
    assertThat(permission.purpose()).contains("tags");
  }
}
