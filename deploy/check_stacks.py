#!/usr/bin/env python3
"""Makes a stack of each template in moto's CloudFormation, looks at what came of it, and deletes it again.

moto is a stand-in for AWS in this very process: it boots nothing, does not ask IAM, keeps nobody out by security groups,
and lets nothing happen at the time of a scheduled action. What its CloudFormation cannot take of these templates, found
by running them, is changed first, by for_moto below:

  - AWS::ElastiCache::*, AWS::ApiGatewayV2::* and AWS::EC2::SecurityGroupEgress are not known, and nothing can refer to an
    AWS::Lambda::Version; what refers to one of them gets a name that stands for it, or is left out as well. So cache,
    gateway and who may call the function are held by cfn-lint alone;
  - an AWS::EC2::Instance takes nothing from its launch template, so what it would take is written beside it. A group's
    instances do take it, but for the instance profile;
  - tags of an AWS::KMS::Key are refused.

Of a group's instances it does not say which are spot, and CapacityRebalance it passes over.
"""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import sys

# Before boto3 looks for credentials of the one who runs this: it must have none.
for variable in list(os.environ):
    if variable.startswith("AWS_"):
        del os.environ[variable]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

import boto3  # noqa: E402
import yaml  # noqa: E402
from moto import mock_aws  # noqa: E402

TEMPLATES = pathlib.Path(__file__).parent / "cloudformation"
DIGEST = hashlib.sha256(b"distribution").hexdigest()


def network() -> tuple[str, list[str]]:
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"eu-central-1{'ab'[i]}")
        for i in range(2)
    ]
    return vpc, [subnet["Subnet"]["SubnetId"] for subnet in subnets]


def distribution() -> dict[str, str]:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="builds", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="builds", Key="muster.tar.gz", Body=b"distribution")
    return {"DistributionBucket": "builds", "DistributionKey": "muster.tar.gz", "DistributionSha256": DIGEST}


class Loader(yaml.SafeLoader):
    """Reads the short forms of functions, such as !Ref, as their long ones."""


def function_of(loader: Loader, name: str, node: yaml.Node):
    value = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda each: loader.construct_sequence(each, deep=True),
        yaml.MappingNode: lambda each: loader.construct_mapping(each, deep=True),
    }[type(node)](node)
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Loader.add_multi_constructor("!", function_of)

NOT_KNOWN = (
    "AWS::ApiGatewayV2::",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::ElastiCache::",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
)


def for_moto(text: str) -> str:
    template = yaml.load(text, Loader)
    resources = template["Resources"]
    gone = {name for name, each in resources.items() if each["Type"].startswith(NOT_KNOWN)}
    for name in gone:
        del resources[name]
    for each in resources.values():
        properties = each["Properties"]
        if each["Type"] == "AWS::KMS::Key":
            del properties["Tags"]
        if each["Type"] == "AWS::EC2::Instance":
            data = resources[properties["LaunchTemplate"]["LaunchTemplateId"]["Ref"]]["Properties"]["LaunchTemplateData"]
            properties |= {key: data[key] for key in ("ImageId", "InstanceType", "SecurityGroupIds", "UserData")}
            properties["Tags"] = data["TagSpecifications"][0]["Tags"]

    def standing_for(value):
        match value:
            case {"Ref": name} if name in gone:
                return f"{name}.invalid"
            case {"Fn::GetAtt": [name, _]} if name in gone:
                return f"https://{name}.invalid"
            case {"Fn::Sub": str(line)}:
                for name in gone:
                    line = line.replace(f"${{{name}}}", f"{name}.invalid")
                    line = line.replace(f"${{{name}.ConfigurationEndpoint.Address}}", f"{name}.invalid")
                return {"Fn::Sub": line}
            case dict():
                return {key: standing_for(each) for key, each in value.items()}
            case list():
                return [standing_for(each) for each in value]
        return value

    return json.dumps(standing_for(template))


class Stack:
    """A stack that is there from its start to the end of the block, and leaves no instance."""

    def __init__(self, file: str, **parameters: str):
        self.file, self.parameters = file, parameters
        self.cloudformation = boto3.client("cloudformation")

    def __enter__(self):
        self.cloudformation.create_stack(
            StackName="tried",
            TemplateBody=for_moto((TEMPLATES / self.file).read_text()),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()],
        )
        stack = self.cloudformation.describe_stacks(StackName="tried")["Stacks"][0]
        expect(stack["StackStatus"] == "CREATE_COMPLETE", f"its status is {stack['StackStatus']}")
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        resources = self.cloudformation.describe_stack_resources(StackName="tried")["StackResources"]
        self.ids = {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in resources}
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.cloudformation.delete_stack(StackName="tried")
            left = [each["InstanceId"] for each in instances()]
            expect(not left, f"after its deletion these instances run on: {left}")


def instances(role: str = "") -> list[dict]:
    filters = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    if role:
        filters.append({"Name": "tag:muster:role", "Values": [role]})
    reservations = boto3.client("ec2").describe_instances(Filters=filters)["Reservations"]
    return [instance for reservation in reservations for instance in reservation["Instances"]]


def user_data(instance: dict) -> str:
    attribute = boto3.client("ec2").describe_instance_attribute(
        InstanceId=instance["InstanceId"], Attribute="userData"
    )
    text = base64.b64decode(attribute["UserData"]["Value"]).decode()
    expect(len(text.encode()) <= 16_384, f"its user-data has {len(text)} bytes, and EC2 takes 16 KiB")
    expect(DIGEST in text, "its user-data does not hold the distribution's SHA-256")
    return text


def template_of(stack: Stack, name: str) -> dict:
    versions = boto3.client("ec2").describe_launch_template_versions(LaunchTemplateId=stack.ids[name])
    data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    expect(data["MetadataOptions"]["HttpTokens"] == "required", f"{name} lets IMDSv1 be asked")
    for mapping in data["BlockDeviceMappings"]:
        expect(mapping["Ebs"]["Encrypted"] is True, f"a volume of {name} is not encrypted")
    return data


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def fleet(**more: str) -> Stack:
    vpc, subnets = network()
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)
    return Stack(
        "muster.yaml", **distribution(), Fleet="tried", Workers="3", Vpc=vpc, CoordinatorSubnet=subnets[0],
        WorkerSubnets=",".join(subnets), OperatorCidr="203.0.113.7/32", TargetCidr="10.9.0.0/16",
        AllowedTargets="shop.example:443 10.9.0.0/16", MaxRate="500/s",
        OperatorPrincipal="arn:aws:iam::123456789012:role/load-tester",
        ExpiresAt=expires.strftime("%Y-%m-%dT%H:%M:%SZ"), **more,
    )


def share_on_demand(stack: Stack) -> str:
    groups = boto3.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[stack.ids["WorkerGroup"]])
    distribution = groups["AutoScalingGroups"][0]["MixedInstancesPolicy"]["InstancesDistribution"]
    return str(distribution["OnDemandPercentageAboveBaseCapacity"])


def spot() -> None:
    with fleet(Spot="yes") as stack:
        expect(len(instances("worker")) == 3, "there should be three workers")
        expect(share_on_demand(stack) == "0", f"{share_on_demand(stack)} % of its workers are on demand")


def muster() -> None:
    with fleet() as stack:
        coordinators, workers = instances("coordinator"), instances("worker")
        expect(len(coordinators) == 1, f"there should be one coordinator, not {len(coordinators)}")
        expect(len(workers) == 3, f"there should be three workers, not {len(workers)}")
        for each in coordinators + workers:
            tags = {tag["Key"]: tag["Value"] for tag in each["Tags"]}
            expect(tags.get("muster:fleet") == "tried", f"an instance has only the tags {tags}")
        address = coordinators[0]["PrivateIpAddress"]
        expect(stack.outputs["CoordinatorAddress"] == f"{address}:7400", "the address of its outputs is another")
        script = user_data(workers[0])
        expect(share_on_demand(stack) == "100", f"only {share_on_demand(stack)} % of its workers are on demand")
        expect("muster worker --ec2" in script, "workers do not watch for the notice that they are taken back")
        expect(f"--join '{address}:7400'" in script, "workers are not told to join the coordinator")
        expect("for target in shop.example:443 10.9.0.0/16; do" in script, "workers are not told where to send")
        expect('"${arguments[@]}"' in script, "Fn::Sub has taken a variable of the shell for its own")
        expect("muster1-" not in script + user_data(coordinators[0]), "there is a token in user-data")
        shutdown = template_of(stack, "WorkerTemplate")["InstanceInitiatedShutdownBehavior"]
        expect(shutdown == "terminate", "a worker that powers off is not terminated")
        template_of(stack, "CoordinatorTemplate")
        actions = boto3.client("autoscaling").describe_scheduled_actions(AutoScalingGroupName=stack.ids["WorkerGroup"])
        ends = actions["ScheduledUpdateGroupActions"]
        expect(len(ends) == 1 and ends[0]["DesiredCapacity"] == 0, f"the workers do not end: {ends}")
        reachable = boto3.client("ec2").describe_security_groups(GroupIds=[stack.ids["CoordinatorSecurityGroup"]])
        rules = reachable["SecurityGroups"][0]["IpPermissions"]
        expect({rule["FromPort"] for rule in rules} == {7400}, f"the coordinator is reached at {rules}")
        expect(
            not boto3.client("ec2").describe_security_groups(GroupIds=[stack.ids["WorkerSecurityGroup"]])
            ["SecurityGroups"][0]["IpPermissions"],
            "workers can be reached",
        )


def three_tier() -> None:
    vpc, subnets = network()
    with Stack("target-three-tier.yaml", **distribution(), Vpc=vpc, Subnet=subnets[0], ClientCidr="10.0.0.0/16") as stack:
        [instance] = instances()
        expect("target --architecture three_tier" in user_data(instance), "it starts another architecture")
        expect(stack.outputs["Url"] == f"http://{instance['PrivateIpAddress']}:10000", "its URL is another")
        template_of(stack, "Template")


def memcached() -> None:
    vpc, subnets = network()
    with Stack("target-memcached.yaml", **distribution(), Vpc=vpc, Subnet=subnets[0], ClientCidr="10.0.0.0/16") as stack:
        [instance] = instances()
        script = user_data(instance)
        expect("target --architecture memcached" in script, "it starts another architecture")
        expect("--cache Cache.invalid:11211" in script, "it is not told where the cache is")
        template_of(stack, "Template")


def load_balanced() -> None:
    vpc, subnets = network()
    with Stack(
        "target-load-balanced.yaml", **distribution(), Vpc=vpc, Subnets=",".join(subnets), Size="2",
        ClientCidr="10.0.0.0/16",
    ) as stack:
        expect(len(instances()) == 2, "there should be two instances")
        health = boto3.client("elbv2").describe_target_health(TargetGroupArn=stack.ids["Instances"])
        expect(len(health["TargetHealthDescriptions"]) == 2, "they are not behind the balancer")
        expect(stack.outputs["Url"].startswith("http://"), "it has no URL")


def function() -> None:
    distribution()
    with Stack("target-lambda.yaml", FunctionBucket="builds", FunctionKey="muster.tar.gz") as stack:
        made = boto3.client("lambda").get_function_configuration(FunctionName="muster-target-customers")
        expect(made["Handler"] == "dev.muster.target.lambda.CustomerFunction", "it has another handler")
        expect(stack.outputs["Url"].startswith("https://"), "it has no URL")


def main() -> int:
    failed = 0
    for test in muster, spot, three_tier, memcached, load_balanced, function:
        try:
            with mock_aws():
                test()
            print(f"{test.__name__}: made, looked at, deleted")
        except Exception as problem:  # Each of them is told, also where moto itself fails.
            failed += 1
            print(f"{test.__name__}: {type(problem).__name__}: {problem}", file=sys.stderr)
            if "--debug" in sys.argv:
                raise
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
