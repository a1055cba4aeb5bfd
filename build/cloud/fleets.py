"""Fleets as the real service launches them: over their overrides in order, as far as capacity goes, with the rest told.

Put into moto's own classes, as launches.py is.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.fleets import Fleet
from moto.ec2.responses.fleets import Fleets

from launches import NO_CAPACITY, Launches, NoCapacity


def install(launches: Launches) -> None:
    """Puts all this into moto."""
    create_as_moto = Fleet.__init__
    answer_as_moto = Fleets.create_fleet

    # While moto creates a fleet it only says how much it wants of each; then the whole of it is launched.
    def want(lifecycle: str) -> Any:
        def note(fleet: Any, weight: float) -> None:
            fleet.__dict__.setdefault("wanted", []).append((lifecycle, weight))
            fleet.fulfilled_capacity += weight

        return note

    def create(fleet: Any, *args: Any, **kwargs: Any) -> None:
        fleet.wanted = []
        fleet.errors = []
        create_as_moto(fleet, *args, **kwargs)
        fleet.fulfilled_capacity = 0.0
        with launches.lock:
            shares = plan_shares(fleet, launches)
            if shares is not None:
                for spec, lifecycle, count in shares:
                    launch_share(fleet, spec, lifecycle, count)

    def instances(fleet: Any) -> list[dict[str, Any]] | None:
        if fleet.fleet_type != "instant":
            return None
        together: dict[tuple[int, str], dict[str, Any]] = {}
        for item in fleet.on_demand_instances:
            instance, spec = item["instance"], item["launch_spec"]
            lifecycle = instance.lifecycle or "on-demand"
            told = fleet._build_instance_data(instance, lifecycle, spec)
            together.setdefault((id(spec), lifecycle), told | {"InstanceIds": []})["InstanceIds"].append(instance.id)
        return list(together.values())

    def answer_create_fleet(response: Any) -> Any:
        answer = answer_as_moto(response)
        answer.result["Errors"] = response.ec2_backend.get_fleet(answer.result["FleetId"]).errors
        return answer

    Fleet.__init__ = create
    Fleet.create_spot_requests = want("spot")
    Fleet.create_on_demand_requests = want("on-demand")
    Fleet.instances = property(instances)
    Fleets.create_fleet = answer_create_fleet


def plan_shares(fleet: Any, launches: Launches) -> list[tuple[Any, str, int]] | None:
    """How many of each override, in their order; None where a least number that was asked for cannot be reached."""
    shares: list[tuple[Any, str, int]] = []
    taken: list[tuple[str, str, int]] = []
    enough = True
    for lifecycle, options in (("on-demand", fleet.on_demand_options), ("spot", fleet.spot_options)):
        weight = sum(w for of, w in fleet.wanted if of == lifecycle)
        specs = fleet.launch_specs
        if "prioritized" in str((options or {}).get("AllocationStrategy")):
            specs = sorted(specs, key=lambda spec: float((spec.overrides or {}).get("Priority", "inf")))
        planned = 0.0
        for spec in specs:
            if planned >= weight:
                break
            need = -int(-(weight - planned) // spec.weighted_capacity)
            count = int(max(0, min(need, launches.room(spec.instance_type, lifecycle, taken))))
            if count:
                shares.append((spec, lifecycle, count))
                taken.append((spec.instance_type, lifecycle, count))
                planned += count * spec.weighted_capacity
            if count < need:
                told_error(fleet, spec, lifecycle, NO_CAPACITY, str(NoCapacity(spec.instance_type)))
        least = int((options or {}).get("MinTargetCapacity") or 0)
        enough = enough and planned >= least
    return shares if enough else None


def launch_share(fleet: Any, spec: Any, lifecycle: str, count: int) -> None:
    """Launches some instances of one override; an error of theirs is the fleet's to tell, not the call's."""
    overrides = spec.overrides or {}
    tags = {kind: dict(of) for kind, of in spec.tag_specifications.items()}
    tags["instance"] = tags.get("instance", {}) | {"aws:ec2:fleet-id": fleet.id}
    try:
        reservation = fleet.ec2_backend.run_instances(
            image_id=overrides.get("ImageId"),
            count=count,
            user_data=None,
            security_group_names=[],
            instance_type=spec.instance_type,
            is_instance_type_default=False,
            launch_template=spec.launch_template_spec,
            placement=overrides.get("AvailabilityZone"),
            subnet_id=overrides.get("SubnetId"),
            region_name=fleet.ec2_backend.region_name,
            instance_market_options="spot" if lifecycle == "spot" else None,
            client_token=fleet.id,
            fleet_id=fleet.id,
            tags=tags,
        )
    except EC2ClientError as refused:
        told_error(fleet, spec, lifecycle, refused.code, refused.message)
        return
    for instance in reservation.instances:
        instance.lifecycle = lifecycle if lifecycle == "spot" else None
        fleet.on_demand_instances.append({"id": reservation.id, "instance": instance, "launch_spec": spec})
    fleet.fulfilled_capacity += count * spec.weighted_capacity


def told_error(fleet: Any, spec: Any, lifecycle: str, code: str, message: str) -> None:
    """Adds to what the fleet could not launch, and why."""
    where = {"LaunchTemplateSpecification": spec.launch_template_spec, "Overrides": spec.overrides or {}}
    fleet.errors.append(
        {"LaunchTemplateAndOverrides": where, "Lifecycle": lifecycle, "ErrorCode": code, "ErrorMessage": message}
    )
