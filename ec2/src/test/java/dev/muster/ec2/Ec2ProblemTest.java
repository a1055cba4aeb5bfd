package dev.muster.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

class Ec2ProblemTest {

  @ParameterizedTest
  @CsvSource({
      "InvalidAMIID.NotFound, not in this region",
      "InvalidAMIID.Unavailable, not in this region",
      "InvalidSubnetID.NotFound, not in this region",
      "InvalidGroup.NotFound, removed meanwhile",
      "InvalidGroup.Duplicate, at the same time",
      "InvalidLaunchTemplateName.NotFoundException, removed meanwhile",
      "InvalidLaunchTemplateId.NotFound, removed meanwhile",
      "Client.VolumeLimitExceeded, Service Quotas",
      "Server.InsufficientInstanceCapacity, --type",
      "UnfulfillableCapacity, --type",
      "MaxSpotFleetRequestCountExceeded, Service Quotas",
      "SpotMaxPriceTooLow, leave out --spot",
      "InvalidParameterValue, as it says above",
      "InvalidUserData.Malformed, --allow-target",
      "ExpiredTokenException, have expired",
      "UnrecognizedClientException, not accepted",
      "ThrottlingException, in a minute",
      "AccessDeniedException, muster doctor --ec2"})
  void advice_is_found_for_the_whole_of_a_code_or_for_its_beginning(String code, String advice) {
    assertThat(Ec2Problem.sentence("launch", code, "as EC2 says")).startsWith(
        "Cannot launch: " + code + ", as EC2 says\n  ").contains(advice).endsWith(".");
  }

  @ParameterizedTest
  @CsvSource({"SomethingNew", "SomethingNew.NotFound", "''", "InvalidGroup", ".NotFound",
      "InvalidGroupNotFound"})
  void of_a_code_that_is_not_known_only_what_ec2_says_is_told(String code) {
    assertThat(Ec2Problem.sentence("launch", code, "as EC2 says"))
        .isEqualTo("Cannot launch: " + code + ", as EC2 says");
  }

  @Test
  void what_is_missing_is_named_and_what_nobody_can_read_is_left_out() {
    var cause = Ec2Exception.builder()
        .statusCode(403)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode("UnauthorizedOperation")
                .errorMessage(
                    "You are not authorized to perform this operation. User: arn:aws:iam::1:user/a "
                        + "is not authorized to perform: ec2:RunInstances on resource: "
                        + "arn:aws:ec2:us-east-1:1:instance/* because no identity-based policy allows "
                        + "the ec2:RunInstances action. Encoded authorization failure message: "
                        + "AbC-123_xyz")
                .build())
        .build();

    assertThat(Ec2Problem.of("launch instances", cause))
        .hasMessageStartingWith("Cannot launch instances: UnauthorizedOperation, ")
        .hasMessageContaining("is not authorized to perform: ec2:RunInstances on resource")
        .hasMessageContaining("'muster doctor --ec2' names all that they lack")
        .message()
        .doesNotContain("Encoded", "AbC-123_xyz");
  }
}
