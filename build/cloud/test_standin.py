"""What the stand-in adds to moto, asked through AWS's own client for Python over real sockets."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

HERE = Path(__file__).parent


class StandInTest(unittest.TestCase):
    """One process for all tests; each begins with a world in which nothing has happened."""

    process: subprocess.Popen[str]
    endpoint: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.process = subprocess.Popen(
            [sys.executable, str(HERE / "standin.py"), "--port", "0", "--leash"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert cls.process.stdout
        line = cls.process.stdout.readline()
        assert line.startswith("listening on "), line
        cls.endpoint = f"http://127.0.0.1:{line.split()[-1]}"

    @classmethod
    def tearDownClass(cls) -> None:
        cls.process.terminate()
        assert cls.process.wait(10) == 0
        assert cls.process.stdin and cls.process.stdout
        cls.process.stdin.close()
        cls.process.stdout.close()

    def setUp(self) -> None:
        self.standin("DELETE", "")
        self.ec2 = self.client("ec2")
        self.image = self.latest_image("x86_64")

    def client(self, service: str, key: str = "one", secret: str = "two", attempts: int = 1) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
        )

    def standin(self, method: str, path: str, told: Any = None) -> Any:
        data = told if isinstance(told, bytes) else None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"{self.endpoint}/standin{path}", method=method, data=data)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def latest_image(self, architecture: str) -> str:
        name = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
        return self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]

    def launch(self, count: int = 1, least: int | None = None, **more: Any) -> list[str]:
        asked = {"ImageId": self.image, "InstanceType": "c7i.large", "MinCount": least or count, "MaxCount": count}
        return [i["InstanceId"] for i in self.ec2.run_instances(**(asked | more))["Instances"]]

    def group(self, name: str) -> str:
        return self.ec2.create_security_group(GroupName=name, Description=name)["GroupId"]

    def template(self, **data: Any) -> str:
        data = {"ImageId": self.image, "InstanceType": "c7i.large"} | data
        answer = self.ec2.create_launch_template(LaunchTemplateName="workers", LaunchTemplateData=data)
        return answer["LaunchTemplate"]["LaunchTemplateId"]

    def fleet(self, template: str, types: list[str], spot: int = 0, on_demand: int = 0, **more: Any) -> Any:
        return self.ec2.create_fleet(
            Type="instant",
            LaunchTemplateConfigs=[
                {
                    "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "$Latest"},
                    "Overrides": [{"InstanceType": kind} for kind in types],
                }
            ],
            TargetCapacitySpecification={
                "TotalTargetCapacity": spot + on_demand,
                "OnDemandTargetCapacity": on_demand,
                "SpotTargetCapacity": spot,
                "DefaultTargetCapacityType": "spot" if spot else "on-demand",
            },
            **more,
        )

    def code_of(self, ask: Any) -> str:
        with self.assertRaises(ClientError) as refused:
            ask()
        self.http = refused.exception.response["ResponseMetadata"]["HTTPStatusCode"]
        return refused.exception.response["Error"]["Code"]

    # Faults

    def test_a_fault_befalls_as_many_calls_as_it_says_after_those_that_it_lets_pass(self) -> None:
        fault = {"code": "RequestLimitExceeded", "http": 503, "times": 2, "after": 1}
        self.standin("PUT", "/faults/DescribeInstances", fault)
        self.ec2.describe_instances()
        for _ in range(2):
            self.assertEqual(self.code_of(self.ec2.describe_instances), "RequestLimitExceeded")
            self.assertEqual(self.http, 503)
        self.ec2.describe_instances()

    def test_each_service_says_an_error_in_its_own_format(self) -> None:
        for service, action, ask in (
            ("ec2", "RunInstances", self.launch),
            ("ssm", "GetParameter", lambda: self.latest_image("arm64")),
            ("s3", "ListBuckets", lambda: self.client("s3").list_buckets()),
            ("sts", "GetCallerIdentity", lambda: self.client("sts").get_caller_identity()),
            ("iam", "ListRoles", lambda: self.client("iam").list_roles()),
            ("pricing", "GetProducts", lambda: self.client("pricing").get_products(ServiceCode="AmazonEC2")),
        ):
            with self.subTest(service):
                self.standin("PUT", f"/faults/{action}", {"code": "SomethingSaid", "http": 400, "times": 1})
                self.assertEqual(self.code_of(ask), "SomethingSaid")

    def test_the_client_gets_over_an_error_that_passes(self) -> None:
        self.standin("PUT", "/faults/DescribeInstances", {"code": "InternalError", "http": 500, "times": 1})
        self.client("ec2", attempts=2).describe_instances()

    def test_faults_that_were_taken_back_befall_nobody(self) -> None:
        self.standin("PUT", "/faults/DescribeInstances", {"code": "InternalError", "http": 500, "times": -1})
        self.standin("DELETE", "/faults")
        self.ec2.describe_instances()

    def test_a_call_hangs_as_long_as_asked_and_is_then_carried_out(self) -> None:
        self.standin("PUT", "/faults/RunInstances", {"hang_ms": 300})
        began = time.monotonic()
        self.assertEqual(len(self.launch()), 1)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_a_call_can_be_carried_out_though_its_answer_is_lost(self) -> None:
        self.standin("PUT", "/faults/RunInstances", {"code": "InternalError", "http": 500, "done": True})
        self.assertEqual(self.code_of(lambda: self.launch(ClientToken="lost")), "InternalError")
        self.assertEqual(self.launch(ClientToken="lost"), [i["id"] for i in self.standin("GET", "/instances")])

    def test_a_fault_that_makes_no_sense_is_refused(self) -> None:
        for nonsense in ({}, {"code": "A", "unknown": 1}, {"done": True, "hang_ms": 1}, []):
            with self.subTest(nonsense), self.assertRaises(urllib.error.HTTPError) as refused:
                self.standin("PUT", "/faults/RunInstances", nonsense)
            self.assertEqual(refused.exception.code, 400)
            refused.exception.close()

    # Client tokens

    def test_a_launch_that_is_repeated_under_its_token_launches_nothing_more(self) -> None:
        first = self.launch(count=2, ClientToken="run-1")
        self.assertEqual(self.launch(count=2, ClientToken="run-1"), first)
        self.assertEqual(len(self.standin("GET", "/instances")), 2)

    def test_two_launches_at_once_under_one_token_are_one(self) -> None:
        threads = [threading.Thread(target=self.launch, kwargs={"ClientToken": "run-1"}) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(self.standin("GET", "/instances")), 1)

    def test_a_token_does_not_serve_for_other_parameters(self) -> None:
        self.launch(ClientToken="run-1")
        self.assertEqual(
            self.code_of(lambda: self.launch(count=2, ClientToken="run-1")), "IdempotentParameterMismatch"
        )

    def test_the_token_of_instances_that_ended_serves_no_more(self) -> None:
        self.ec2.terminate_instances(InstanceIds=self.launch(ClientToken="run-1"))
        self.assertEqual(self.code_of(lambda: self.launch(ClientToken="run-1")), "IdempotentInstanceTerminated")

    def test_fleets_and_templates_honour_tokens_too(self) -> None:
        data = {"ImageId": self.image, "InstanceType": "c7i.large"}

        def create() -> Any:
            return self.ec2.create_launch_template(
                LaunchTemplateName="workers", LaunchTemplateData=data, ClientToken="t"
            )["LaunchTemplate"]["LaunchTemplateId"]

        template = create()
        self.assertEqual(create(), template)
        first = self.fleet(template, ["c7i.large"], on_demand=2, ClientToken="f")
        again = self.fleet(template, ["c7i.large"], on_demand=2, ClientToken="f")
        self.assertEqual(again["FleetId"], first["FleetId"])
        self.assertEqual(len(self.standin("GET", "/instances")), 2)

    def test_a_dry_run_uses_up_no_token(self) -> None:
        self.assertEqual(self.code_of(lambda: self.launch(ClientToken="run-1", DryRun=True)), "DryRunOperation")
        self.assertEqual(self.http, 412)
        self.assertEqual(self.standin("GET", "/instances"), [])
        self.launch(ClientToken="run-1")

    def test_instances_are_found_by_their_token(self) -> None:
        ids = self.launch(ClientToken="run-1")
        self.launch(ClientToken="run-2")
        found = self.ec2.describe_instances(Filters=[{"Name": "client-token", "Values": ["run-1"]}])
        self.assertEqual([i["InstanceId"] for r in found["Reservations"] for i in r["Instances"]], ids)

    # What is seen when

    def test_what_was_just_launched_is_not_seen_until_the_lag_is_over(self) -> None:
        self.standin("PUT", "/lag", {"seconds": 0.5})
        ids = self.launch()
        self.assertEqual(
            self.code_of(lambda: self.ec2.describe_instances(InstanceIds=ids)), "InvalidInstanceID.NotFound"
        )
        running = [{"Name": "instance-state-name", "Values": ["running"]}]
        self.assertEqual(self.ec2.describe_instances(Filters=running)["Reservations"], [])
        time.sleep(0.6)
        self.assertEqual(len(self.ec2.describe_instances(InstanceIds=ids)["Reservations"]), 1)
        self.assertEqual(len(self.ec2.describe_instances(Filters=running)["Reservations"]), 1)

    def test_pages_hold_as_many_instances_as_asked_for(self) -> None:
        ids = self.launch(count=7) + self.launch(count=5)
        pages = list(self.ec2.get_paginator("describe_instances").paginate(MaxResults=5))
        of_pages = [[i["InstanceId"] for r in p["Reservations"] for i in r["Instances"]] for p in pages]
        self.assertEqual([len(page) for page in of_pages], [5, 5, 2])
        self.assertEqual(sum(of_pages, []), ids)

    def test_the_console_says_what_was_put_there(self) -> None:
        (instance,) = self.launch()
        self.assertNotIn("Output", self.ec2.get_console_output(InstanceId=instance))
        self.standin("PUT", f"/console/{instance}", "no jar at that address\n".encode())
        self.assertEqual(self.ec2.get_console_output(InstanceId=instance)["Output"], "no jar at that address\n")

    # Launching

    def test_a_group_in_use_is_not_deleted_until_its_instances_have_ended(self) -> None:
        group = self.group("workers")
        ids = self.launch(SecurityGroupIds=[group])
        self.assertEqual(self.code_of(lambda: self.ec2.delete_security_group(GroupId=group)), "DependencyViolation")
        self.ec2.terminate_instances(InstanceIds=ids)
        self.ec2.delete_security_group(GroupId=group)

    def test_a_group_that_another_one_names_is_not_deleted(self) -> None:
        one, other = self.group("one"), self.group("other")
        rule = {"IpProtocol": "tcp", "FromPort": 7400, "ToPort": 7400, "UserIdGroupPairs": [{"GroupId": one}]}
        self.ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
        self.assertEqual(self.code_of(lambda: self.ec2.delete_security_group(GroupId=one)), "DependencyViolation")
        self.ec2.delete_security_group(GroupId=other)
        self.ec2.delete_security_group(GroupId=one)

    def test_a_launch_takes_what_there_is_between_its_least_and_its_most(self) -> None:
        self.standin("PUT", "/capacity", {"c7i.large": 3})
        self.assertEqual(len(self.launch(count=5, least=2)), 3)
        self.assertEqual(self.code_of(self.launch), "InsufficientInstanceCapacity")
        self.assertEqual(self.http, 500)
        self.launch(InstanceType="c6i.large")

    def test_an_instance_that_ended_makes_room(self) -> None:
        self.standin("PUT", "/capacity", {"c7i.large": 1})
        self.ec2.terminate_instances(InstanceIds=self.launch())
        self.launch()

    def test_an_instance_has_all_that_its_template_says(self) -> None:
        iam = self.client("iam")
        iam.create_instance_profile(InstanceProfileName="worker")
        group = self.group("workers")
        template = self.template(
            UserData=base64.b64encode(b"#!/bin/sh\n").decode(),
            SecurityGroupIds=[group],
            IamInstanceProfile={"Name": "worker"},
            MetadataOptions={"HttpTokens": "required"},
            InstanceInitiatedShutdownBehavior="terminate",
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "muster:run", "Value": "7"}]}],
        )
        self.ec2.run_instances(LaunchTemplate={"LaunchTemplateId": template}, MinCount=2, MaxCount=2)
        self.fleet(template, ["c6i.large"], on_demand=1)
        for instance in self.standin("GET", "/instances"):
            with self.subTest(instance["type"]):
                self.assertEqual(instance["groups"], [group])
                self.assertEqual(instance["profile"], "worker")
                self.assertEqual(instance["httpTokens"], "required")
                self.assertEqual(instance["shutdownBehavior"], "terminate")
                self.assertEqual(instance["tags"]["muster:run"], "7")
                self.assertEqual(instance["userData"], "#!/bin/sh\n")
                self.assertTrue(instance["privateAddress"].startswith("172.31."), instance["privateAddress"])

    def test_what_cannot_start_is_refused(self) -> None:
        for more, code in (
            ({"InstanceType": "c99.large"}, "InvalidInstanceType.NotFound"),
            ({"ImageId": "ami-00000000"}, "InvalidAMIID.NotFound"),
            ({"InstanceType": "c7g.large"}, "InvalidParameterValue"),
            ({"UserData": "#" * 16385}, "InvalidParameterValue"),
        ):
            with self.subTest(code):
                self.assertEqual(self.code_of(lambda more=more: self.launch(**more)), code)

    # Fleets

    def test_a_fleet_launches_what_fits_in_the_order_of_its_overrides_and_tells_the_rest(self) -> None:
        self.standin("PUT", "/capacity", {"c7i.large": 2, "c6i.large": 1})
        fleet = self.fleet(self.template(), ["c7i.large", "c6i.large"], on_demand=5)
        told = [(i["InstanceType"], len(i["InstanceIds"])) for i in fleet["Instances"]]
        self.assertEqual(told, [("c7i.large", 2), ("c6i.large", 1)])
        of = [e["LaunchTemplateAndOverrides"]["Overrides"]["InstanceType"] for e in fleet["Errors"]]
        self.assertEqual(of, ["c7i.large", "c6i.large"])
        self.assertEqual({e["ErrorCode"] for e in fleet["Errors"]}, {"InsufficientInstanceCapacity"})

    def test_a_fleet_that_cannot_reach_its_least_launches_nothing(self) -> None:
        self.standin("PUT", "/capacity", {"c7i.large": 2})
        least = {"OnDemandOptions": {"MinTargetCapacity": 3}}
        fleet = self.fleet(self.template(), ["c7i.large"], on_demand=3, **least)
        self.assertEqual(fleet["Instances"], [])
        self.assertEqual({e["ErrorCode"] for e in fleet["Errors"]}, {"InsufficientInstanceCapacity"})
        self.assertEqual(self.standin("GET", "/instances"), [])

    def test_a_fleet_has_spot_and_on_demand_instances_as_asked_for(self) -> None:
        self.standin("PUT", "/capacity", {"c7i.large/spot": 1})
        fleet = self.fleet(self.template(), ["c7i.large", "c6i.large"], spot=3, on_demand=2)
        told = sorted((i["Lifecycle"], i["InstanceType"], len(i["InstanceIds"])) for i in fleet["Instances"])
        self.assertEqual(
            told, [("on-demand", "c7i.large", 2), ("spot", "c6i.large", 2), ("spot", "c7i.large", 1)]
        )
        lifecycles = sorted(i["lifecycle"] for i in self.standin("GET", "/instances"))
        self.assertEqual(lifecycles, ["on-demand"] * 2 + ["spot"] * 3)

    def test_a_fleet_tells_of_a_type_that_there_is_not_and_launches_the_others(self) -> None:
        fleet = self.fleet(self.template(), ["c7g.large", "c7i.large"], on_demand=1)
        self.assertEqual([e["ErrorCode"] for e in fleet["Errors"]], ["InvalidParameterValue"])

    def test_a_fleet_ends_with_its_instances(self) -> None:
        fleet = self.fleet(self.template(), ["c7i.large"], on_demand=2, spot=1)
        self.ec2.delete_fleets(FleetIds=[fleet["FleetId"]], TerminateInstances=True)
        self.assertEqual([i["state"] for i in self.standin("GET", "/instances")], ["terminated"] * 3)

    # Stacks

    def test_a_stack_launches_instances_that_have_all_that_its_template_says(self) -> None:
        template = {
            "Resources": {
                "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
                "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
                "Template": {
                    "Type": "AWS::EC2::LaunchTemplate",
                    "Properties": {
                        "LaunchTemplateData": {
                            "ImageId": self.image,
                            "InstanceType": "c7i.large",
                            "IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}},
                            "MetadataOptions": {"HttpTokens": "required"},
                            "UserData": {"Fn::Base64": "#!/bin/sh\n"},
                        }
                    },
                },
                "Group": {
                    "Type": "AWS::AutoScaling::AutoScalingGroup",
                    "Properties": {
                        "MinSize": "2",
                        "MaxSize": "2",
                        "AvailabilityZones": ["us-east-1a"],
                        "LaunchTemplate": {
                            "LaunchTemplateId": {"Ref": "Template"},
                            "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
                        },
                    },
                },
            }
        }
        stacks = self.client("cloudformation")
        stacks.create_stack(StackName="workers", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
        (stack,) = stacks.describe_stacks(StackName="workers")["Stacks"]
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE")
        told = self.standin("GET", "/instances")
        self.assertEqual([i["userData"] for i in told], ["#!/bin/sh\n"] * 2)
        self.assertEqual([i["httpTokens"] for i in told], ["required"] * 2)
        self.assertTrue(all(i["profile"] for i in told), told)
        stacks.delete_stack(StackName="workers")
        self.assertEqual([i["state"] for i in self.standin("GET", "/instances")], ["terminated"] * 2)

    # Prices

    def test_prices_are_told_in_the_format_of_the_real_service(self) -> None:
        answer = self.client("pricing").get_products(
            ServiceCode="AmazonEC2",
            Filters=[
                {"Type": "TERM_MATCH", "Field": "instanceType", "Value": "c7i.large"},
                {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-central-1"},
                {"Type": "TERM_MATCH", "Field": "operatingSystem", "Value": "Linux"},
            ],
        )
        (text,) = answer["PriceList"]
        product = json.loads(text)
        self.assertEqual(product["product"]["attributes"]["instanceType"], "c7i.large")
        (term,) = product["terms"]["OnDemand"].values()
        (rate,) = term["priceDimensions"].values()
        self.assertEqual(float(rate["pricePerUnit"]["USD"]), 0.10185)

    def test_prices_come_in_pages(self) -> None:
        pages = self.client("pricing").get_paginator("get_products").paginate(
            ServiceCode="AmazonEC2", PaginationConfig={"PageSize": 7}
        )
        self.assertEqual([len(page["PriceList"]) for page in pages], [7, 7, 6])

    def test_pages_of_prices_can_be_made_smaller_than_asked_for(self) -> None:
        self.standin("PUT", "/pages", {"most": 6})
        pages = self.client("pricing").get_paginator("get_products").paginate(ServiceCode="AmazonEC2")
        self.assertEqual([len(page["PriceList"]) for page in pages], [6, 6, 6, 2])

    # What is told

    def test_calls_are_told_with_what_they_asked_and_how_they_were_answered(self) -> None:
        self.standin("DELETE", "/calls")
        self.launch(ClientToken="run-1")
        self.standin("PUT", "/faults/DescribeInstances", {"code": "InternalError", "http": 500})
        self.code_of(self.ec2.describe_instances)
        self.client("s3").create_bucket(Bucket="jars")
        self.client("s3").put_object(Bucket="jars", Key="a/muster.jar", Body=b"jar")
        calls = self.standin("GET", "/calls")
        self.assertEqual(
            [(c["service"], c["action"], c["status"]) for c in calls],
            [
                ("ec2", "RunInstances", 200),
                ("ec2", "DescribeInstances", 500),
                ("s3", "CreateBucket", 200),
                ("s3", "PutObject", 200),
            ],
        )
        self.assertEqual(calls[0]["parameters"]["ClientToken"], "run-1")
        self.assertEqual(calls[3]["parameters"]["Key"], "a/muster.jar")

    def test_instances_are_told_with_when_they_came_and_went(self) -> None:
        before = time.time()
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "muster:run", "Value": "7"}]}]
        ids = self.launch(UserData="#!/bin/sh\necho ö\n", TagSpecifications=tags)
        time.sleep(0.05)
        self.ec2.terminate_instances(InstanceIds=ids)
        self.ec2.terminate_instances(InstanceIds=ids)
        (told,) = self.standin("GET", "/instances")
        self.assertEqual((told["id"], told["state"], told["type"]), (ids[0], "terminated", "c7i.large"))
        self.assertEqual(told["userData"], "#!/bin/sh\necho ö\n")
        self.assertEqual(told["tags"], {"muster:run": "7"})
        launched, terminated = (datetime.fromisoformat(told[k]).timestamp() for k in ("launched", "terminated"))
        self.assertGreaterEqual(launched, before - 0.001)
        self.assertGreaterEqual(terminated - launched, 0.05)
        self.assertLess(terminated - launched, 5)

    # Who may do what

    def somebody_who_may(self, *actions: str, **scope: Any) -> tuple[str, str]:
        """The key of a user who may do this; from now on policies decide."""
        return self.somebody_with([{"Effect": "Allow", "Action": list(actions), "Resource": "*"} | scope])

    def somebody_with(self, statements: list[dict[str, Any]], name: str = "somebody") -> tuple[str, str]:
        """The key of a user with this policy; from now on policies decide."""
        self.everybody_may()
        iam = self.client("iam")
        iam.create_user(UserName=name)
        policy = {"Version": "2012-10-17", "Statement": statements}
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        self.everybody_may(b"0")
        return made["AccessKeyId"], made["SecretAccessKey"]

    def everybody_may(self, calls: bytes = b"inf") -> None:
        """From now on, for so many calls."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset-auth", method="POST", data=calls)
        urllib.request.urlopen(request, timeout=10).close()

    def test_a_policy_decides_who_may_do_what(self) -> None:
        key = self.somebody_who_may("ec2:Describe*", "pricing:GetProducts", "servicequotas:GetServiceQuota")
        ec2 = self.client("ec2", *key)
        ec2.describe_instances()
        self.client("pricing", *key).get_products(ServiceCode="AmazonEC2")
        self.client("service-quotas", *key).get_service_quota(ServiceCode="ec2", QuotaCode="L-1216C47A")
        asked = {"ImageId": self.image, "MinCount": 1, "MaxCount": 1}
        self.assertEqual(self.code_of(lambda: ec2.run_instances(**asked)), "UnauthorizedOperation")
        self.assertEqual(self.code_of(lambda: ec2.run_instances(DryRun=True, **asked)), "UnauthorizedOperation")
        wrong = self.client("ec2", "AKIAUNKNOWN", "nothing")
        self.assertEqual(self.code_of(wrong.describe_instances), "AuthFailure")

    def test_a_dry_run_of_what_is_allowed_does_nothing(self) -> None:
        ec2 = self.client("ec2", *self.somebody_who_may("ec2:RunInstances", "ec2:CreateFleet"))
        asked = {"ImageId": self.image, "MinCount": 1, "MaxCount": 1, "DryRun": True}
        self.assertEqual(self.code_of(lambda: ec2.run_instances(**asked)), "DryRunOperation")
        self.assertEqual(self.standin("GET", "/instances"), [])

    def test_what_is_not_allowed_is_named_as_are_actions_that_another_one_needs(self) -> None:
        ec2 = self.client("ec2", *self.somebody_who_may("ec2:RunInstances", "ec2:CreateSecurityGroup"))
        tags = [{"ResourceType": "security-group", "Tags": [{"Key": "a", "Value": "b"}]}]
        for action, ask in (
            ("DescribeVolumes", ec2.describe_volumes),
            ("CreateFleet", lambda: self.fleet_by(ec2)),
            ("CreateTags", lambda: ec2.create_security_group(GroupName="a", Description="a", TagSpecifications=tags)),
        ):
            with self.subTest(action), self.assertRaisesRegex(ClientError, f"not authorized to perform: ec2:{action} "):
                ask()
        ec2.create_security_group(GroupName="a", Description="a")

    def fleet_by(self, ec2: Any) -> Any:
        template = {"LaunchTemplateSpecification": {"LaunchTemplateName": "none", "Version": "$Latest"}}
        target = {"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"}
        return ec2.create_fleet(
            Type="instant", LaunchTemplateConfigs=[template], TargetCapacitySpecification=target, DryRun=True
        )

    def test_a_fleet_needs_what_its_launch_needs(self) -> None:
        ec2 = self.client("ec2", *self.somebody_who_may("ec2:CreateFleet"))
        with self.assertRaisesRegex(ClientError, "not authorized to perform: ec2:RunInstances "):
            self.fleet_by(ec2)

    def test_tags_decide_about_what_is_created_and_about_what_is_ended(self) -> None:
        ours, others = self.launch(TagSpecifications=self.tags("instance")), self.launch()
        statements = (
            ("ec2:CreateSecurityGroup", "security-group", "aws:RequestTag/a"),
            ("ec2:TerminateInstances", "instance", "aws:ResourceTag/a"),
        )
        key = self.somebody_with(
            [
                {
                    "Effect": "Allow",
                    "Action": action,
                    "Resource": f"arn:aws:ec2:*:*:{kind}/*",
                    "Condition": {"StringLike": {word: ["*"]}},
                }
                for action, kind, word in statements
            ]
            + [{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*"}]
        )
        ec2 = self.client("ec2", *key)
        group = {"GroupName": "a", "Description": "a"}
        self.assertEqual(self.code_of(lambda: ec2.create_security_group(**group)), "UnauthorizedOperation")
        ec2.create_security_group(**group, TagSpecifications=self.tags("security-group"))
        self.assertEqual(self.code_of(lambda: ec2.terminate_instances(InstanceIds=others)), "UnauthorizedOperation")
        self.assertEqual(self.code_of(lambda: ec2.terminate_instances(InstanceIds=ours + others)), "UnauthorizedOperation")
        ec2.terminate_instances(InstanceIds=ours)

    def tags(self, kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": [{"Key": "a", "Value": "b"}]}]

    def test_other_resources_and_conditions_of_a_policy_are_left_out_of_account(self) -> None:
        scope = {
            "Resource": "arn:aws:ec2:*:*:security-group/*",
            "Condition": {"StringLike": {"aws:ResourceTag/a": "*"}},
        }
        ec2 = self.client("ec2", *self.somebody_who_may("ec2:DescribeSecurityGroups", **scope))
        ec2.describe_security_groups()

    def test_a_role_has_to_be_passed_to_instances_by_whoever_launches_them(self) -> None:
        iam = self.client("iam")
        iam.create_instance_profile(InstanceProfileName="machines")
        iam.create_role(RoleName="machine", AssumeRolePolicyDocument="{}")
        iam.add_role_to_instance_profile(InstanceProfileName="machines", RoleName="machine")
        template = self.template(ImageId=self.image, IamInstanceProfile={"Name": "machines"})
        launches = {"Effect": "Allow", "Action": ["ec2:RunInstances", "ec2:CreateFleet"], "Resource": "*"}
        passes = {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::*:role/machine",
            "Condition": {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}},
        }
        for who, statements, code in (
            ("launcher", [launches], "UnauthorizedOperation"),
            ("other", [launches, passes | {"Resource": "arn:aws:iam::*:role/another"}], "UnauthorizedOperation"),
            ("passer", [launches, passes], "DryRunOperation"),
        ):
            with self.subTest(who):
                self.ec2 = self.client("ec2", *self.somebody_with(statements, who))
                asked = {"ImageId": self.image, "IamInstanceProfile": {"Name": "machines"}, "DryRun": True}
                self.assertEqual(
                    self.code_of(lambda asked=asked: self.ec2.run_instances(MinCount=1, MaxCount=1, **asked)), code
                )
                self.assertEqual(
                    self.code_of(lambda: self.fleet(template, ["c7i.large"], on_demand=1, DryRun=True)), code
                )

    def test_a_policy_decides_about_single_objects(self) -> None:
        self.client("s3").create_bucket(Bucket="shelf")
        may = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::shelf/ours"}
        s3 = self.client("s3", *self.somebody_with([may]))
        with self.assertRaisesRegex(ClientError, "AccessDenied.*perform: s3:ListBucket "):
            s3.get_object(Bucket="shelf", Key="ours")
        part = {"Bucket": "shelf", "UploadId": "none", "PartNumber": 1, "Body": b"a"}
        self.assertEqual(self.code_of(lambda: s3.upload_part(Key="ours", **part)), "NoSuchUpload")
        self.assertEqual(self.code_of(lambda: s3.upload_part(Key="theirs", **part)), "AccessDenied")
        s3.put_object(Bucket="shelf", Key="ours", Body=b"a")
        s3.head_object(Bucket="shelf", Key="ours")
        with self.assertRaisesRegex(ClientError, "AccessDenied.*perform: s3:PutObject "):
            s3.put_object(Bucket="shelf", Key="theirs", Body=b"a")

    # Spot prices

    def test_spot_prices_are_told_back_to_the_one_that_held_at_the_start(self) -> None:
        def told(hours: int) -> list[str]:
            history = self.ec2.describe_spot_price_history(
                StartTime=datetime.now(UTC) - timedelta(hours=hours),
                InstanceTypes=["c7i.large"],
                ProductDescriptions=["Linux/UNIX"],
                Filters=[{"Name": "availability-zone", "Values": ["us-east-1a"]}],
            )["SpotPriceHistory"]
            return [change["SpotPrice"] for change in history]

        self.assertEqual(told(hours=0), ["0.035700"])
        self.assertEqual(told(hours=2), ["0.035700", "0.044625"])

    # Quotas

    def test_an_account_has_few_vcpus_until_it_is_given_more(self) -> None:
        quotas = self.client("service-quotas")

        def vcpus() -> float:
            return quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-34B43A08")["Quota"]["Value"]

        self.assertEqual(vcpus(), 5)
        self.standin("PUT", "/quotas", {"L-34B43A08": 640})
        self.assertEqual(vcpus(), 640)
        self.assertEqual(
            self.code_of(lambda: quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-0")),
            "NoSuchResourceException",
        )


if __name__ == "__main__":
    unittest.main()
