"""The rest of EC2 that moto does otherwise than the real service: what is seen when, and what is still in use."""

from __future__ import annotations

import base64
from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError, InvalidInstanceIdError
from moto.ec2.models import EC2Backend
from moto.ec2.responses.general import General
from moto.ec2.responses.instances import InstanceResponse
from moto.ec2.utils import filter_dict_attribute_mapping

from launches import Launches

PAGE_MAX = 1000


def install(launches: Launches, consoles: dict[str, str]) -> None:
    """Puts all this into moto. What consoles holds by instance id is what GetConsoleOutput answers."""
    filter_dict_attribute_mapping["client-token"] = "client_token"
    filter_dict_attribute_mapping["instance-lifecycle"] = "lifecycle"
    install_lag(launches)
    install_groups()
    InstanceResponse.describe_instances = describe_instances

    def get_console_output(response: Any) -> ActionResult:
        instance = response.ec2_backend.get_instance(response._get_param("InstanceId"))
        told: dict[str, Any] = {"InstanceId": instance.id, "Timestamp": utcnow()}
        if instance.id in consoles:
            told["Output"] = Base64EncodedString.from_raw_string(consoles[instance.id])
        return ActionResult(told)

    General.get_console_output = get_console_output


def install_lag(launches: Launches) -> None:
    by_ids = EC2Backend.get_reservations_by_instance_ids
    by_filters = EC2Backend.describe_instances

    def get_reservations_by_instance_ids(backend: Any, ids: list[str], filters: Any = None) -> Any:
        unseen = [i.id for i in backend.all_instances() if i.id in ids and not launches.seen(i)]
        if unseen:
            raise InvalidInstanceIdError(unseen)
        return by_ids(backend, ids, filters)

    def describe(backend: Any, filters: Any = None) -> Any:
        reservations = by_filters(backend, filters)
        for reservation in reservations:
            reservation.instances = [i for i in reservation.instances if launches.seen(i)]
        return [reservation for reservation in reservations if reservation.instances]

    EC2Backend.get_reservations_by_instance_ids = get_reservations_by_instance_ids
    EC2Backend.describe_instances = describe


def install_groups() -> None:
    delete_as_moto = EC2Backend.delete_security_group

    def delete_security_group(backend: Any, name: str | None = None, group_id: str | None = None) -> Any:
        group = backend.get_security_group_by_name_or_id(name or group_id)
        if group and (used_by_instance(backend, group) or used_by_group(backend, group)):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
        return delete_as_moto(backend, name, group_id)

    EC2Backend.delete_security_group = delete_security_group


def used_by_instance(backend: Any, group: Any) -> bool:
    """Whether an instance that has not ended is in the group."""
    return any(
        group.id == used.id
        for instance in backend.all_instances()
        if instance.state != "terminated"
        for used in [*instance.security_groups, *(g for nic in instance.nics.values() for g in nic.group_set)]
    )


def used_by_group(backend: Any, group: Any) -> bool:
    """Whether a rule of another group names this one."""
    return any(
        (rule.source_group or {}).get("GroupId") == group.id
        for groups in backend.groups.values()
        for other in groups.values()
        if other.id != group.id
        for rule in [*other.ingress_rules, *other.egress_rules]
    )


def describe_instances(response: Any) -> ActionResult:
    """As moto's, but pages hold instances, not reservations: a large launch comes in several."""
    response.error_on_dryrun()
    ids = response._get_param("InstanceIds", [])
    most = response._get_param("MaxResults")
    if ids and most:
        raise EC2ClientError(
            "InvalidParameterCombination", "The parameter instancesSet cannot be used with the parameter maxResults"
        )
    filters = response._filters_from_querystring()
    backend = response.ec2_backend
    found = (
        backend.get_reservations_by_instance_ids(ids, filters=filters)
        if ids
        else backend.describe_instances(filters=filters)
    )
    token = response._get_param("NextToken")
    start = int(base64.b64decode(token)) if token else 0
    end = start + int(most or PAGE_MAX)
    passed = 0
    page = []
    for reservation in found:
        instances = reservation.instances
        reservation.instances = instances[max(0, start - passed) : max(0, end - passed)]
        passed += len(instances)
        if reservation.instances:
            page.append(reservation)
    following = base64.b64encode(str(end).encode()).decode() if passed > end and not ids else None
    return ActionResult({"Reservations": page, "NextToken": following})
