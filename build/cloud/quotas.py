"""The Service Quotas service: GetServiceQuota, of the quotas that a launch of instances comes up against."""

from __future__ import annotations

from typing import Any

from pricing import Refused

# How many vCPUs may run at a time, of the families A, C, D, H, I, M, R, T and Z.
NAMES = {
    "L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    "L-34B43A08": "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
}
# Of an account that is new; most have more.
FEWEST = 5.0


class Quotas:
    """What the account has; nothing holds it to that."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def put(self, values: dict[str, Any]) -> None:
        """Gives the account these values, by code. Raises ValueError for one that is none."""
        unknown = set(values) - set(NAMES)
        if unknown:
            raise ValueError(f"there is no quota {', '.join(sorted(unknown))}")
        self._values |= {code: float(value) for code, value in values.items()}

    def clear(self) -> None:
        """The account is new again."""
        self._values = {}

    def tell(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """The answer to GetServiceQuota."""
        code = parameters.get("QuotaCode")
        if parameters.get("ServiceCode") != "ec2" or code not in NAMES:
            raise Refused("NoSuchResourceException", "The request failed because the specified service does not exist.")
        value = self._values.get(code, FEWEST)
        return {
            "Quota": {
                "ServiceCode": "ec2",
                "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
                "QuotaCode": code,
                "QuotaName": NAMES[code],
                "Value": value,
                "Unit": "None",
                "Adjustable": True,
                "GlobalQuota": False,
            }
        }
