"""Launching as the real service does it: capacity that runs out, templates taken over whole.

All of it is put into moto's own classes, so that what moto checks and keeps of its own stays so.
"""

from __future__ import annotations

import base64
import contextvars
import threading
import time
from datetime import UTC, datetime
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance, StateReason
from moto.ec2.responses.instances import InstanceResponse

import call

NO_CAPACITY = "InsufficientInstanceCapacity"
USER_DATA_BYTES_MAX = 16384
LIVE = ("pending", "running")


class NoCapacity(Exception):
    """Fewer instances than asked for are to be had."""

    def __init__(self, instance_type: str) -> None:
        super().__init__(f"We currently do not have sufficient {instance_type} capacity on request.")


class Launches:
    """Every instance that was launched, when it came and went, and how many more of its type there may be.

    Who launches holds the lock, as moto's own state is not made for several at once.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.capacity: dict[str, int] = {}
        self.lag_seconds = 0.0
        self._instances: list[Instance] = []

    def launched(self, instances: list[Instance]) -> None:
        """Writes down that these have just come."""
        for instance in instances:
            instance.launched_at = time.time()
            instance.launched_tick = time.monotonic()
        self._instances += instances

    def seen(self, instance: Instance) -> bool:
        """Whether the eventually consistent part of the service knows it by now."""
        return time.monotonic() >= getattr(instance, "launched_tick", 0.0) + self.lag_seconds

    def room(self, instance_type: str, lifecycle: str, planned: list[tuple[str, str, int]] | None = None) -> float:
        """How many more of the type are to be had as "spot" or "on-demand", beside those planned."""
        taken = [(i.instance_type, i.lifecycle or "on-demand", 1) for i in self._instances if i.state in LIVE]
        taken += planned or []
        alike = [(how, count) for kind, how, count in taken if kind == instance_type]
        return min(
            self.capacity.get(instance_type, float("inf")) - sum(count for _, count in alike),
            self.capacity.get(f"{instance_type}/{lifecycle}", float("inf"))
            - sum(count for how, count in alike if how == lifecycle),
        )

    def terminated(self, ids: list[str]) -> bool:
        """Whether all of these have ended."""
        states = {i.id: i.state for i in self._instances}
        return bool(ids) and all(states.get(i) == "terminated" for i in ids)

    def ended(self, instance_id: str, taken: bool = False) -> None:
        """Writes down that an instance has shut itself down, or was taken back; the former, as it was launched to."""
        with self.lock:
            instance = next(i for i in self._instances if i.id == instance_id)
            if instance.state == "terminated":
                return
            if taken or instance.instance_initiated_shutdown_behavior == "terminate":
                instance.ec2_backend.terminate_instances([instance_id])
            else:
                instance.ec2_backend.stop_instances([instance_id])
            code = "Server.SpotInstanceTermination" if taken else "Client.InstanceInitiatedShutdown"
            instance.state_reason = StateReason(f"{code}: on request", code)

    def groups(self) -> list[dict[str, Any]]:
        """Who may reach the members of each group that an instance is in, and whom they may: ports, and addresses or
        other groups."""
        with self.lock:
            groups = {group.id: group for i in self._instances for group in i.security_groups}
        return [
            {"id": group.id, "rules": told_rules(group.ingress_rules), "egress": told_rules(group.egress_rules)}
            for group in groups.values()
        ]

    def clear(self) -> None:
        """Forgets instances and wishes."""
        with self.lock:
            self._instances = []
            self.capacity = {}
            self.lag_seconds = 0.0

    def tell(self) -> list[dict[str, Any]]:
        """All instances for a reader, in the order in which they were launched."""
        with self.lock:
            return [self._told(i) for i in self._instances]

    def _told(self, i: Instance) -> dict[str, Any]:
        return {
            "id": i.id,
            "type": i.instance_type,
            "lifecycle": i.lifecycle or "on-demand",
            "state": i.state,
            "region": i.region_name,
            "launched": moment(i.launched_at),
            "terminated": moment(getattr(i, "terminated_at", None)),
            "image": i.image_id,
            "privateAddress": i.private_ip_address,
            "subnet": i.subnet_id,
            "groups": [group.id for group in i.security_groups],
            "profile": profile(i),
            "shutdownBehavior": i.instance_initiated_shutdown_behavior,
            "httpTokens": i.metadata_options.http_tokens,
            "clientToken": i.client_token,
            "tags": {tag["key"]: tag["value"] for tag in i.get_tags()},
            "userData": decoded(i.user_data).decode("utf-8", "replace"),
        }


def told_rules(rules: list[Any]) -> list[dict[str, Any]]:
    """The rules of a group in one direction, for a reader."""
    return [
        {
            "protocol": rule.ip_protocol,
            "from": rule.from_port,
            "to": rule.to_port,
            "addresses": (rule.ip_range or {}).get("CidrIp"),
            "group": (rule.source_group or {}).get("GroupId"),
        }
        for rule in rules
    ]


def moment(seconds: float | None) -> str | None:
    """An instant, to the millisecond, as Java's Instant reads it."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def decoded(user_data: Any) -> bytes:
    """User data as it was meant."""
    return base64.b64decode(str(user_data)) if user_data else b""


def profile(instance: Instance) -> str | None:
    """The name of the instance profile that it runs under."""
    association = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    return association.iam_instance_profile.name if association else None


# How many RunInstances asked for at most; moto keeps only how many at least.
count_max: contextvars.ContextVar[int | None] = contextvars.ContextVar("count_max", default=None)


def fill_from_template(backend: Any, launch: dict[str, Any]) -> None:
    """Takes from the launch template what the call leaves open and moto leaves out."""
    data = backend._get_template_from_args(launch["launch_template"]).data
    profile_of_template = data.get("IamInstanceProfile") or {}
    for name, value in {
        "image_id": data.get("ImageId"),
        "user_data": data.get("UserData"),
        "nics": data.get("NetworkInterfaces"),
        "placement": (data.get("Placement") or {}).get("AvailabilityZone"),
        "instance_initiated_shutdown_behavior": data.get("InstanceInitiatedShutdownBehavior"),
        "metadata_options": data.get("MetadataOptions"),
        "instance_market_options": (data.get("InstanceMarketOptions") or {}).get("MarketType"),
        "iam_instance_profile_name": profile_of_template.get("Name"),
        "iam_instance_profile_arn": profile_of_template.get("Arn"),
        "security_group_ids": data.get("SecurityGroupIds"),
    }.items():
        if value and not launch.get(name):
            launch[name] = value
    if launch.get("is_instance_type_default") and data.get("InstanceType"):
        launch |= {"instance_type": data["InstanceType"], "is_instance_type_default": False}


def put_into_subnet(backend: Any, launch: dict[str, Any]) -> None:
    """An instance is in a subnet and in a group, also where the call names none: the default ones."""
    nics = launch["nics"] = [dict(nic) for nic in launch.get("nics") or []]
    groups = [group for nic in nics for group in nic.pop("Groups", None) or []]
    if groups and not launch.get("security_group_ids"):
        launch["security_group_ids"] = groups
    subnet = launch.get("subnet_id") or next((nic["SubnetId"] for nic in nics if nic.get("SubnetId")), None)
    if not subnet:
        defaults = backend.get_default_subnets()
        zone = launch.get("placement") or min(defaults, default=None)
        if zone not in defaults:
            return
        subnet = defaults[zone].id
        if nics:
            nics[0]["SubnetId"] = subnet
        else:
            launch["subnet_id"] = subnet
            launch.setdefault("associate_public_ip", None)
    if not launch.get("security_group_ids") and not launch["security_group_names"]:
        group = backend.get_security_group_from_name("default", backend.get_subnet(subnet).vpc_id)
        launch["security_group_ids"] = [group.id] if group else []


def check(backend: Any, launch: dict[str, Any]) -> None:
    """Refuses what moto lets pass."""
    if len(decoded(launch.get("user_data"))) > USER_DATA_BYTES_MAX:
        raise EC2ClientError("InvalidParameterValue", f"User data is limited to {USER_DATA_BYTES_MAX} bytes")
    known = INSTANCE_TYPES.get(launch.get("instance_type"))
    images = backend.describe_images(filters={"image-id": launch["image_id"]}) if launch.get("image_id") else []
    if known and images:
        able = known.get("ProcessorInfo", {}).get("SupportedArchitectures") or [images[0].architecture]
        if images[0].architecture not in able:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"The architecture '{','.join(able)}' of the specified instance type does not match the architecture "
                f"'{images[0].architecture}' of the specified AMI.",
            )


def install(launches: Launches) -> None:
    """Puts all this into moto."""
    launch_as_moto = EC2Backend.run_instances
    answer_as_moto = InstanceResponse.run_instances
    end_as_moto = Instance.terminate

    def run_instances(
        backend: Any, image_id: str, count: int, user_data: Any, security_group_names: list[str], **kwargs: Any
    ) -> Any:
        launch = {"image_id": image_id, "user_data": user_data, "security_group_names": security_group_names, **kwargs}
        if launch.get("launch_template"):
            fill_from_template(backend, launch)
        with launches.lock:
            put_into_subnet(backend, launch)
            check(backend, launch)
            spot = launch.get("lifecycle") == "spot" or launch.get("instance_market_options")
            room = launches.room(launch.get("instance_type", ""), "spot" if spot else "on-demand")
            if room < count:
                raise NoCapacity(launch.get("instance_type", ""))
            reservation = launch_as_moto(backend, count=int(min(room, max(count, count_max.get() or 0))), **launch)
            launches.launched(reservation.instances)
            # Moto's own answer to RunInstances gives the profile to the first alone, and only where the call names it.
            named = kwargs.get("iam_instance_profile_name") or kwargs.get("iam_instance_profile_arn")
            name, arn = launch.get("iam_instance_profile_name"), launch.get("iam_instance_profile_arn")
            if name or arn:
                for instance in reservation.instances[1 if named else 0 :]:
                    backend.associate_iam_instance_profile(instance.id, name, arn)
        return reservation

    def answer_run_instances(response: Any) -> Any:
        most = count_max.set(int(response._get_param("MaxCount") or 0))
        try:
            return answer_as_moto(response)
        except NoCapacity as refused:
            http, _, text = call.error("ec2", NO_CAPACITY, str(refused), 500)
            return text.decode(), {"status": http}
        finally:
            count_max.reset(most)

    def terminate(instance: Any) -> Any:
        if instance.state != "terminated":
            instance.terminated_at = time.time()
        return end_as_moto(instance)

    EC2Backend.run_instances = run_instances
    InstanceResponse.run_instances = answer_run_instances
    Instance.terminate = terminate
