"""What becomes of an instance of the stand-in when it is real. Needs root, and what build/cloud/install installs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

HERE = Path(__file__).parent
# The environment lies beside the other programs.
TOOLS = Path(sys.prefix).parent


def start() -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """The runner, and what it says when it is there. A minute has a second."""
    command = [sys.executable, str(HERE / "nodes.py"), "--tools", str(TOOLS), "--minute", "1", "--leash"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    line = process.stdout.readline()
    assert line, "it did not start"
    return process, json.loads(line)


def until(holds: Callable[[], Any], what: str) -> Any:
    """Waits until it holds, and fails when it does not come to."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        value = holds()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(what)


@unittest.skipIf(os.geteuid() != 0, "machines of namespaces need root")
@unittest.skipUnless((TOOLS / "bin/ec2-metadata-mock").exists(), "there is no ec2-metadata-mock")
class NodesTest(unittest.TestCase):
    """One runner for all tests; each begins without instances."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.process, cls.told = start()

    @classmethod
    def tearDownClass(cls) -> None:
        # As if we were gone.
        assert cls.process.stdin and cls.process.stdout
        cls.process.stdin.close()
        assert cls.process.wait(10) == 0
        cls.process.stdout.close()

    def setUp(self) -> None:
        self.standin("DELETE", "")
        until(lambda: not self.control("GET", "list"), "machines of the test before are still there")
        self.ec2 = self.client("ec2")
        name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
        self.image = self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]

    def client(self, service: str, endpoint: str = "") -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint or f"http://127.0.0.1:{self.told['standin']}",
            region_name="us-east-1",
            aws_access_key_id="one",
            aws_secret_access_key="two",
        )

    def ask(self, port: int, method: str, path: str, told: Any = None) -> Any:
        data = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=data)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def standin(self, method: str, path: str) -> Any:
        return self.ask(self.told["standin"], method, f"/standin{path}")

    def control(self, method: str, path: str, told: Any = None) -> Any:
        return self.ask(self.told["control"], method, f"/{path}", told)

    def launch(self, script: str, count: int = 1, **more: Any) -> list[str]:
        asked = {
            "ImageId": self.image,
            "InstanceType": "c7i.large",
            "UserData": f"#!/bin/sh\n{script}",
            "InstanceInitiatedShutdownBehavior": "terminate",
        } | more
        return [i["InstanceId"] for i in self.ec2.run_instances(MinCount=count, MaxCount=count, **asked)["Instances"]]

    def instance(self, instance_id: str) -> dict[str, Any]:
        (found,) = [i for i in self.standin("GET", "/instances") if i["id"] == instance_id]
        return found

    def says(self, instance_id: str, words: str) -> str:
        def console() -> str:
            text = self.ec2.get_console_output(InstanceId=instance_id).get("Output", "")
            return text if words in text else ""

        return until(console, f"{instance_id} does not say {words!r}")

    def reaches(self, address: str, port: int) -> bool:
        """Whether the coordinator's place gets an answer there."""
        command = [*self.told["inside"], "curl", "-s", "-m", "1", "-o", "/dev/null", f"http://{address}:{port}/"]
        return subprocess.run(command).returncode == 0

    def test_an_instance_has_its_address_and_knows_who_it_is(self) -> None:
        (instance,) = self.launch(
            "at=http://169.254.169.254/latest\n"
            "curl -s -o /dev/null -w 'without a token: %{http_code}\\n' $at/meta-data/instance-id\n"
            "token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)\n"
            'for what in meta-data/instance-id meta-data/local-ipv4 user-data; do\n'
            '  curl -s -H "X-aws-ec2-metadata-token: $token" $at/$what; echo\n'
            "done\n"
            "ip -4 -brief address show dev eth0\n"
        )
        text = self.says(instance, "user data ended with 0")
        address = self.instance(instance)["privateAddress"]
        self.assertIn("without a token: 401", text)
        self.assertIn(f"{instance}\n{address}\n#!/bin/sh\nat=", text)
        self.assertIn(f"{address}/16", text)

    def test_what_an_instance_writes_stays_in_it(self) -> None:
        mark = f"/etc/muster-test-{os.getpid()}"
        name = Path(mark).name
        (instance,) = self.launch(f"echo here >{mark}; echo here >/tmp/{name}; cat {mark}; ls /tmp | wc -l\n")
        self.assertIn("here\n1\n", self.says(instance, "user data ended"))
        self.assertFalse(Path(mark).exists() or Path("/tmp", name).exists())

    def test_what_an_instance_says_to_its_console_is_told_where_all_else_goes_elsewhere(self) -> None:
        (instance,) = self.launch("exec >/var/log/own.log 2>&1\necho said to it | tee -a /dev/console\n")
        self.assertIn("said to it", self.says(instance, "user data ended with 0"))

    def test_the_coordinators_place_has_the_same_cable_whoever_comes_and_goes(self) -> None:
        def cable() -> str:
            command = [*self.told["inside"], "ip", "-brief", "link", "show", "vpc"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[2]

        before = cable()
        instances = self.launch("echo here; sleep 60\n", count=4)
        for instance in instances:
            self.says(instance, "here")
        self.assertEqual(cable(), before)
        for instance in instances:
            self.ec2.terminate_instances(InstanceIds=[instance])
        until(lambda: not self.control("GET", "list"), "they have not ended")
        self.assertEqual(cable(), before)

    def test_an_instance_fetches_what_lies_in_a_bucket(self) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket="jars")
        s3.put_object(Bucket="jars", Key="muster.jar", Body=b"the jar")
        address = self.client("s3", self.told["endpoint"]).generate_presigned_url(
            "get_object", Params={"Bucket": "jars", "Key": "muster.jar"}
        )
        (instance,) = self.launch(f"curl -sSf '{address}'\n")
        self.says(instance, "the jar")

    def test_groups_let_through_what_they_say_and_nothing_else(self) -> None:
        group = self.ec2.create_security_group(GroupName="workers", Description="workers")["GroupId"]
        (instance,) = self.launch("echo serving; exec python3 -m http.server 9000\n", SecurityGroupIds=[group])
        self.says(instance, "serving")
        address = self.instance(instance)["privateAddress"]
        time.sleep(0.5)
        self.assertFalse(self.reaches(address, 9000))
        ranges = [{"CidrIp": f"{self.told['address']}/32"}]
        rule = {"IpProtocol": "tcp", "FromPort": 9000, "ToPort": 9000, "IpRanges": ranges}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        until(lambda: self.reaches(address, 9000), "what the group allows does not come through")
        self.control("POST", f"cut/{instance}")
        self.assertFalse(self.reaches(address, 9000))
        self.control("POST", f"mend/{instance}")
        until(lambda: self.reaches(address, 9000), "what was cut does not come through again")

    def test_what_is_cut_while_it_boots_stays_so(self) -> None:
        group = self.ec2.create_security_group(GroupName="open", Description="open")["GroupId"]
        rule = {"IpProtocol": "tcp", "FromPort": 9000, "ToPort": 9000, "IpRanges": [{"CidrIp": "172.31.0.0/16"}]}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        (instance,) = self.launch("echo serving; exec python3 -m http.server 9000\n", SecurityGroupIds=[group])
        until(lambda: self.is_cut(instance), "it cannot be cut")
        self.says(instance, "serving")
        address = self.instance(instance)["privateAddress"]
        # Each try takes a second; so late may the kernel tell a bridge of a cable.
        for _ in range(3):
            self.assertFalse(self.reaches(address, 9000))
        self.control("POST", f"mend/{instance}")
        until(lambda: self.reaches(address, 9000), "what was cut does not come through again")

    def is_cut(self, instance: str) -> bool:
        """Cuts a machine off, if it has a cable already."""
        try:
            self.control("POST", f"cut/{instance}")
        except urllib.error.HTTPError:
            return False
        return True

    def test_groups_let_out_what_they_say_and_nothing_else(self) -> None:
        group = self.ec2.create_security_group(GroupName="workers", Description="workers")["GroupId"]
        # As a fresh group lets out all.
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything])
        rule = {"IpProtocol": "tcp", "FromPort": 9000, "ToPort": 9000, "IpRanges": [{"CidrIp": "172.31.0.0/16"}]}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        (instance,) = self.launch(
            "python3 -m http.server 9000 &\n"
            f"until curl -s -m 1 -o /dev/null {self.told['endpoint']}/standin; do echo kept in; sleep 0.2; done\n"
            "echo let out; wait\n",
            SecurityGroupIds=[group],
        )
        self.says(instance, "kept in")
        address = self.instance(instance)["privateAddress"]
        until(lambda: self.reaches(address, 9000), "it does not answer whom it lets in")
        rule = {"IpProtocol": "tcp", "FromPort": 4566, "ToPort": 4566}
        rule["IpRanges"] = [{"CidrIp": f"{self.told['address']}/32"}]
        self.ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[rule])
        self.says(instance, "let out")

    def test_a_group_that_names_itself_lets_its_members_reach_each_other(self) -> None:
        group = self.ec2.create_security_group(GroupName="workers", Description="workers")["GroupId"]
        rule = {"IpProtocol": "tcp", "FromPort": 9000, "ToPort": 9000, "UserIdGroupPairs": [{"GroupId": group}]}
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        (server,) = self.launch("exec python3 -m http.server 9000\n", SecurityGroupIds=[group])
        address = self.instance(server)["privateAddress"]
        ask = f"curl -s --retry 20 --retry-delay 1 --retry-all-errors -m 9 -o /dev/null http://{address}:9000/"
        (member,) = self.launch(f"{ask} && echo reached\n", SecurityGroupIds=[group])
        self.says(member, "reached")
        self.assertFalse(self.reaches(address, 9000))

    def test_an_instance_that_shuts_itself_down_is_terminated(self) -> None:
        later, now = self.launch("shutdown -P +2\n"), self.launch("/usr/sbin/poweroff\n")
        for (instance,) in (now, later):
            until(lambda i=instance: self.instance(i)["state"] == "terminated", f"{instance} is not terminated")
        until(lambda: not self.control("GET", "list"), "a machine is still there")
        self.assertGreater(self.instance(*later)["terminated"], self.instance(*later)["launched"])

    def test_an_instance_that_takes_its_shutdown_back_lives_on(self) -> None:
        (instance,) = self.launch("shutdown -P +1; shutdown -c; sleep 2; echo still here\n")
        self.says(instance, "still here")
        self.assertEqual(self.instance(instance)["state"], "running")

    def test_a_shutdown_takes_the_place_of_the_one_before(self) -> None:
        # The first of the later one is due before the sooner one ends; a second alone is less than a busy machine may
        # need from one command to the next.
        later, sooner = self.launch("shutdown -P +5; shutdown -P +500\n"), self.launch(
            "shutdown -P +500; shutdown -P +7\n"
        )
        until(lambda: self.instance(*sooner)["state"] == "terminated", "what was asked for last does not count")
        self.assertEqual(self.instance(*later)["state"], "running")

    def test_what_was_stopped_hears_that_its_instance_shuts_down(self) -> None:
        (instance,) = self.launch(
            "sh -c 'trap \"echo goodbye; exit\" TERM; kill -STOP $$; echo woken' & sleep 1\npoweroff\n"
        )
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not end")
        self.says(instance, "goodbye")

    def test_a_status_that_prevents_a_restart_ends_a_service_for_good(self) -> None:
        (instance,) = self.launch(
            "cat >/etc/systemd/system/worker.service <<'UNIT'\n"
            "[Unit]\nFailureAction=poweroff\n"
            "[Service]\nRestart=on-failure\nRestartSec=100ms\nRestartPreventExitStatus=3\n"
            "ExecStart=/bin/sh -c 'test -e /run/again || { touch /run/again; exit 1; }; exit 3'\n"
            "UNIT\n"
            "systemctl enable --now worker\n"
        )
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not power off")
        text = self.says(instance, "worker.service ended with 3")
        self.assertEqual(text.count("worker.service ended with"), 2, text)

    def test_an_instance_stops_where_it_was_launched_so(self) -> None:
        (instance,) = self.launch("poweroff\n", InstanceInitiatedShutdownBehavior="stop")
        until(lambda: self.instance(instance)["state"] == "stopped", "it does not stop")

    def test_a_service_is_run_as_its_unit_says(self) -> None:
        (instance,) = self.launch(
            "useradd --system worker\n"
            "echo TOKEN=secret >/etc/worker.env\n"
            "cat >/etc/systemd/system/worker.service <<'UNIT'\n"
            "[Unit]\nSuccessAction=poweroff\n"
            "[Service]\nUser=worker\nEnvironment=\"SAID=two words\"\nEnvironmentFile=/etc/worker.env\n"
            "StateDirectory=worker\nRestart=on-failure\nRestartSec=100ms\n"
            "ExecStart=/bin/sh -c 'id -un; echo $SAID $TOKEN ${0}; "
            "test -e /var/lib/worker/again || { touch /var/lib/worker/again; exit 3; }; sleep 1; echo done' here\n"
            "UNIT\n"
            "systemctl daemon-reload\nsystemctl enable --now worker\nsystemctl is-active worker\n"
        )
        text = self.says(instance, "worker.service ended with 0")
        self.assertEqual(text.count("worker\ntwo words secret"), 2, text)
        self.assertIn("worker.service ended with 3", text)
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not power off")

    def test_a_service_says_goodbye_when_its_instance_shuts_down(self) -> None:
        (instance,) = self.launch(
            "systemd-run --unit=worker sh -c 'trap \"echo goodbye; exit\" TERM; echo up; while :; do sleep 0.1; done'\n"
            "sleep 1\npoweroff\n"
        )
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not end")
        self.says(instance, "goodbye")

    def test_a_timer_shuts_an_instance_down(self) -> None:
        (instance,) = self.launch("systemd-run --on-active=2m /usr/sbin/poweroff\n")
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not end")

    def test_a_spot_instance_hears_of_its_end_and_is_taken(self) -> None:
        (instance,) = self.launch(
            "at=http://169.254.169.254/latest\n"
            "token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)\n"
            "until curl -sf -H \"X-aws-ec2-metadata-token: $token\" $at/meta-data/spot/instance-action; do\n"
            "  echo not yet; sleep 0.2\ndone\n",
            InstanceMarketOptions={"MarketType": "spot"},
        )
        self.says(instance, "not yet")
        self.control("POST", f"spot/{instance}", {"seconds": 2})
        self.assertIn('"action": "terminate"', self.says(instance, "user data ended"))
        until(lambda: self.instance(instance)["state"] == "terminated", "it is not taken")

    def test_an_instance_hears_that_it_is_likely_to_be_taken(self) -> None:
        (instance,) = self.launch(
            "at=http://169.254.169.254/latest\n"
            "token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $at/api/token)\n"
            "path=meta-data/events/recommendations/rebalance\n"
            "until curl -sf -H \"X-aws-ec2-metadata-token: $token\" $at/$path; do echo not yet; sleep 0.2; done\n",
        )
        self.says(instance, "not yet")
        self.control("POST", f"rebalance/{instance}")
        self.assertIn('{"noticeTime": "', self.says(instance, "user data ended"))
        self.assertEqual(self.instance(instance)["state"], "running")

    def test_an_instance_that_lost_power_runs_on_for_those_who_pay(self) -> None:
        (instance,) = self.launch("echo up; sleep 1000\n")
        self.says(instance, "up")
        self.control("POST", f"kill/{instance}")
        (node,) = self.control("GET", "list")
        self.assertFalse(node["up"])
        time.sleep(0.3)
        self.assertEqual(self.instance(instance)["state"], "running")
        self.ec2.terminate_instances(InstanceIds=[instance])
        until(lambda: not self.control("GET", "list"), "it is still listed")

    def test_terminating_ends_all_that_runs_in_an_instance(self) -> None:
        mark = f"sleep 9{os.getpid()}"
        ids = self.launch(f"setsid {mark} & setsid sh -c '{mark}; true' & echo up; wait\n", count=3)
        for instance in ids:
            self.says(instance, "up")
        self.ec2.terminate_instances(InstanceIds=ids)
        until(lambda: not self.control("GET", "list"), "machines are still there")
        self.assertEqual(running(mark), [])

    def test_no_call_of_aws_is_noted_for_what_the_runner_does(self) -> None:
        (instance,) = self.launch("poweroff\n")
        until(lambda: self.instance(instance)["state"] == "terminated", "it does not end")
        self.assertEqual({c["action"] for c in self.standin("GET", "/calls")}, {"GetParameter", "RunInstances"})

    def test_nothing_is_left_of_a_runner_that_was_killed(self) -> None:
        folders = set(Path("/tmp").glob("muster-nodes-*"))
        process, self.told = start()
        try:
            own = set(Path("/tmp").glob("muster-nodes-*")) - folders
            self.assertEqual(len(own), 1)
            mark = f"sleep 8{os.getpid()}"
            (instance,) = self.setUp() or self.launch(f"setsid {mark} & echo up; wait\n")
            self.says(instance, "up")
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdin and process.stdout
            process.stdin.close()
            process.stdout.close()
            self.told = type(self).told
        until(lambda: not running(mark), "its machine runs on")
        until(lambda: not any(folder.exists() for folder in own), "its files are still there")
        until(lambda: not running(own.pop().name if own else "nothing"), "its processes run on")


def running(words: str) -> list[str]:
    """The command lines of processes that have these words in them."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if words in text:
            found.append(text)
    return found


if __name__ == "__main__":
    unittest.main()
