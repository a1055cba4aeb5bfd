"""One instance of the stand-in as a machine: namespaces, an address, a metadata service, a firewall, its user data run.

All of it is held by one process: when that ends, nothing of the machine is left, and it ends with who began it.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
METADATA = "169.254.169.254"
# Ends with whoever started it, however that ends.
WITH_US = ["setpriv", "--pdeathsig", "KILL"]
NEVER_SECONDS = 10 * 365 * 24 * 3600


def execute(*command: str, told: str | None = None) -> str:
    """Runs a command to its end; its errors are ours."""
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=20)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def inside(process: int | None) -> list[str]:
    """What to put in front of a command that is to run in the network of a process."""
    return ["nsenter", f"--net=/proc/{process}/ns/net"]


@dataclass(frozen=True)
class Place:
    """Where machines are made: the network that they are in, the folder for their files, and what they are given."""

    network: int
    folder: Path
    tools: Path
    java: str
    minute_seconds: float


class Node:
    """The machine of one instance."""

    def __init__(self, instance: dict[str, Any], number: int, place: Place) -> None:
        self.id: str = instance["id"]
        self.instance = instance
        self.address: str = instance["privateAddress"]
        self.place = place
        self.port = f"node{number}"
        self.folder = place.folder / self.id
        self.killed = False
        self.plugged = False
        self.notice: str | None = None
        self.rebalance: str | None = None
        self.rules = ""
        self.console_told = 0
        self._metadata: subprocess.Popen[bytes] | None = None
        self._machine: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> int | None:
        """The process that holds the machine's namespaces, once there is one."""
        return self._machine.pid if self._machine else None

    def boot(self, rules: str) -> None:
        """Makes the machine and starts it; returns when its user data is being run."""
        for part in ("disk", "root"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "user-data").write_text(self.instance["userData"])
        (self.folder / "settings").write_text(f"minute={self.place.minute_seconds}\n")
        name = "ip-" + self.address.replace(".", "-")
        space = ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--propagation", "private", "--kill-child"]
        with self.console.open("ab") as console:
            self._machine = subprocess.Popen(
                [*WITH_US, *space, "--fork", str(HERE / "machine/boot"), str(self.folder), name, self.place.java],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=console,
                start_new_session=True,
            )
        assert self._machine.stdin and self._machine.stdout
        # Only now are its namespaces its own.
        if self._machine.stdout.readline() != b"up\n":
            raise RuntimeError(f"{self.id} did not come up: {self.console.read_text()}")
        self.plug_in()
        self.protect(rules)
        self.start_metadata()
        self._machine.stdin.write(b"go\n")
        self._machine.stdin.close()

    @property
    def console(self) -> Path:
        """What the machine has said."""
        return self.folder / "console"

    def plug_in(self) -> None:
        """Gives it its address on the network, and the metadata service's on itself."""
        cable = f"link add {self.port} type veth peer name eth0 netns {self.process}\n"
        cable += f"link set {self.port} master vpc up\n"
        execute(*inside(self.place.network), "ip", "-batch", "-", told=cable)
        own = f"link set lo up\naddress add {METADATA}/32 dev lo\naddress add {self.address}/16 dev eth0\n"
        execute(*inside(self.process), "ip", "-batch", "-", told=own + "link set eth0 up\n")
        self.plugged = True

    def protect(self, rules: str) -> None:
        """Puts the rules of its groups in the place of those before."""
        if rules != self.rules:
            execute(*inside(self.process), "nft", "-f", "-", told=rules)
            self.rules = rules

    def start_metadata(self) -> None:
        """Starts the metadata service, which answers only who has a token of it."""
        program = self.place.tools / "bin/ec2-metadata-mock"
        if not program.exists():
            return
        self.write_metadata()
        with (self.folder / "metadata.log").open("ab") as log:
            self._metadata = subprocess.Popen(
                [*WITH_US, *inside(self.process), str(program), "-c", str(self.folder / "metadata.json"), "-w"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"HOME": str(self.folder), "PATH": os.environ["PATH"]},
            )
        # User data asks it first of all, and does not wait.
        until = time.monotonic() + 5
        while f" {METADATA}:80 " not in execute(*inside(self.process), "ss", "-Hltn"):
            if time.monotonic() > until or self._metadata.poll() is not None:
                raise RuntimeError(f"the metadata service of {self.id} does not listen; see {self.folder}/metadata.log")
            time.sleep(0.01)

    def write_metadata(self) -> None:
        """Writes what the service answers; it reads the file again when it has changed."""
        name = "ip-" + self.address.replace(".", "-")
        region = self.instance["region"]
        lived = "spot" if self.instance["lifecycle"] == "spot" else "on-demand"
        values: dict[str, str] = {
            "ami-id": self.instance["image"],
            "hostname": f"{name}.ec2.internal",
            "instance-id": self.id,
            "instance-life-cycle": lived,
            "instance-type": self.instance["type"],
            "local-hostname": f"{name}.ec2.internal",
            "local-ipv4": self.address,
            "mac-local-ipv4s": self.address,
            "placement-availability-zone": f"{region}a",
            "placement-region": region,
        }
        told: dict[str, Any] = {
            "metadata": {"values": values},
            "userdata": {"values": {"userdata": base64.b64encode(self.instance["userData"].encode()).decode()}},
            "dynamic": {
                "values": {
                    "instance-identity-document": {
                        "instanceId": self.id,
                        "instanceType": self.instance["type"],
                        "privateIp": self.address,
                        "imageId": self.instance["image"],
                        "region": region,
                        "availabilityZone": f"{region}a",
                        "accountId": "123456789012",
                    }
                }
            },
            "server": {"hostname": METADATA, "port": "80"},
            "imdsv2": True,
            "mock-ip-count": 1000,
            "mock-delay-sec": NEVER_SECONDS,
            "rebalance-delay-sec": NEVER_SECONDS,
            "asg-termination-delay-sec": NEVER_SECONDS,
        }
        # Its own notices come at a time that is set when it starts. What is read again are names and what they say, so
        # some that nobody asks for stand at the notice's paths once there is one.
        paths = {
            "spot": "/latest/meta-data/none/action",
            "spot-termination-time": "/latest/meta-data/none/time",
            "rebalance-rec-time": "/latest/meta-data/none/rebalance",
        }
        if self.notice:
            paths |= {"ramdisk-id": "/latest/meta-data/spot/instance-action"}
            paths |= {"kernel-id": "/latest/meta-data/spot/termination-time"}
            values |= {"ramdisk-id": json.dumps({"action": "terminate", "time": self.notice}), "kernel-id": self.notice}
        if self.rebalance:
            paths |= {"product-codes": "/latest/meta-data/events/recommendations/rebalance"}
            values |= {"product-codes": json.dumps({"noticeTime": self.rebalance})}
        told["metadata"]["paths"] = paths
        half = self.folder / "metadata.json.new"
        half.write_text(json.dumps(told))
        half.rename(self.folder / "metadata.json")

    def spot(self, seconds: float) -> None:
        """Lets the metadata service say that the instance will be taken back then."""
        self.notice = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.write_metadata()

    def recommend_rebalance(self) -> None:
        """Lets the metadata service say that the instance is more likely than others to be taken back."""
        self.rebalance = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.write_metadata()

    def cut(self) -> None:
        """Takes its cable out of the network: nothing comes through, and nobody is told.

        Raises RuntimeError before it is plugged in, which would undo this; and the state of a bridge's port is set anew
        when the kernel hears of a cable, some time later."""
        if not self.plugged:
            raise RuntimeError(f"{self.id} is not in the network yet")
        execute(*inside(self.place.network), "ip", "link", "set", "dev", self.port, "nomaster")

    def mend(self) -> None:
        """Lets it through again."""
        execute(*inside(self.place.network), "ip", "link", "set", "dev", self.port, "master", "vpc")

    def kill(self) -> None:
        """Ends it as by taking the power away: all that runs in it, at once."""
        for process in (self._machine, self._metadata):
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def up(self) -> bool:
        """Whether it runs."""
        return self._machine is not None and not self.ended()

    def ended(self) -> bool:
        """Whether it has shut itself down, or was killed."""
        return self._machine is not None and self._machine.poll() is not None

    def remove(self) -> None:
        """Kills it, and takes away its files."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def firewall(instance: dict[str, Any], groups: dict[str, Any], instances: list[dict[str, Any]]) -> str:
    """The rules of an instance's groups as chains for what comes in and for what goes out; what answers to what was let
    through goes through as well. What is on the machine itself, as the metadata service is, no group is asked about."""
    own = [groups[group] for group in instance["groups"] if group in groups]
    come = chain("input", "iifname", "saddr", [rule for group in own for rule in group["rules"]], instances)
    go = chain("output", "oifname", "daddr", [rule for group in own for rule in group["egress"]], instances)
    return f"table inet groups\ndelete table inet groups\ntable inet groups {{\n{come}{go}}}\n"


def chain(hook: str, cable: str, far: str, rules: list[dict[str, Any]], instances: list[dict[str, Any]]) -> str:
    """Rules for one direction; a group in a rule is the addresses of its members."""
    lines = ["ct state established,related accept", f'{cable} "lo" accept']
    for rule in rules:
        others = [rule["addresses"]] if rule["addresses"] else []
        if rule["group"]:
            others += [
                i["privateAddress"] for i in instances if rule["group"] in i["groups"] and i["state"] == "running"
            ]
        if not others:
            continue
        only = "" if "0.0.0.0/0" in others else f"ip {far} {{ {', '.join(sorted(set(others)))} }} "
        match rule["protocol"]:
            case "tcp" | "udp" as protocol:
                lines.append(f"{only}{protocol} dport {rule['from']}-{rule['to']} accept")
            case "icmp":
                lines.append(f"{only}meta l4proto icmp accept")
            case "-1":
                lines.append(f"{only}accept")
    body = "\n".join(f"    {line}" for line in lines)
    return f"  chain {hook} {{\n    type filter hook {hook} priority 0; policy drop;\n{body}\n  }}\n"
