"""What spot instances cost: DescribeSpotPriceHistory out of prices.json, as moto has one price for all, of 2006."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.spot_instances import SpotInstances

from launches import moment
from pricing import PRICES

LINUX = "Linux/UNIX"
# For so much of the price on demand, since so many seconds ago.
CHANGES = ((0.5, 10 * 86_400), (0.4, 3_600))


def install() -> None:
    """Puts the above into moto."""

    def describe_spot_price_history(response: Any) -> ActionResult:
        types = response._get_param("InstanceTypes", []) or response._get_param("InstanceType", [])
        products = response._get_param("ProductDescriptions", []) or response._get_param("ProductDescription", [])
        offered = response.ec2_backend.describe_spot_price_history(types, response._filters_from_querystring())
        region = PRICES["regions"].get(response.ec2_backend.region_name, {"hourly": {}})
        history = [
            entry
            for offer in sorted(offered, key=lambda o: (o["InstanceType"], o["Location"]))
            if offer["InstanceType"] in region["hourly"] and (not products or LINUX in products)
            for entry in changes(offer, region["hourly"][offer["InstanceType"]], instant(response))
        ]
        return ActionResult({"SpotPriceHistory": history})

    SpotInstances.describe_spot_price_history = describe_spot_price_history


def instant(response: Any) -> float:
    """Since when prices are asked for; which moto has read by now, or not."""
    start = response._get_param("StartTime") or "1970-01-01T00:00:00Z"
    return (start if isinstance(start, datetime) else datetime.fromisoformat(str(start))).timestamp()


def changes(offer: dict[str, str], hourly: float, start: float) -> list[dict[str, str]]:
    """The prices of a type in a zone, the newest first, back to that which held at the start."""
    told = []
    for share, ago in reversed(CHANGES):
        since = time.time() - ago
        told.append(
            {
                "AvailabilityZone": offer["Location"],
                "InstanceType": offer["InstanceType"],
                "ProductDescription": LINUX,
                "SpotPrice": f"{hourly * share:.6f}",
                "Timestamp": str(moment(since)),
            }
        )
        if since <= start:
            break
    return told
