"""The Price List service: GetProducts out of prices.json, in the format of the real one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

PRICES = json.loads((Path(__file__).parent / "prices.json").read_text())
PAGE_MAX = 100
# What a term and a rate of it are called is the same for every product of the real service.
ON_DEMAND_TERM = "JRTCKXETXF"
HOURLY_RATE = "6YS6EN2CT7"


class Refused(Exception):
    """The call is not one that GetProducts answers; the code says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def get_products(parameters: dict[str, Any], page_max: int = PAGE_MAX) -> dict[str, Any]:
    """The products that pass all filters; a filter on an attribute that none has passes none."""
    service = parameters.get("ServiceCode")
    if service != "AmazonEC2":
        raise Refused("NotFoundException", f"The service code {service} is not known")
    filters = parameters.get("Filters", [])
    if any(f.get("Type") != "TERM_MATCH" for f in filters):
        raise Refused("InvalidParameterException", "Only filters of the type TERM_MATCH are known here")
    found = [
        product
        for product in products()
        if all(product["product"]["attributes"].get(f["Field"]) == f["Value"] for f in filters)
    ]
    start = int(parameters.get("NextToken") or 0)
    end = start + min(page_max, int(parameters.get("MaxResults") or page_max))
    answer: dict[str, Any] = {
        "FormatVersion": "aws_v1",
        # The list holds text: each product is JSON of its own.
        "PriceList": [json.dumps(product) for product in found[start:end]],
    }
    if end < len(found):
        answer["NextToken"] = str(end)
    return answer


def products() -> list[dict[str, Any]]:
    """Every product of the file."""
    return [
        product(code, region, instance_type, hourly)
        for code, region in PRICES["regions"].items()
        for instance_type, hourly in region["hourly"].items()
    ]


def product(code: str, region: dict[str, Any], instance_type: str, hourly: float) -> dict[str, Any]:
    """One product as the real service words it."""
    sku = hashlib.sha256(f"{code} {instance_type}".encode()).hexdigest()[:16].upper()
    vcpu, memory = PRICES["types"][instance_type]
    usage = f"{region['prefix']}BoxUsage:{instance_type}"
    term = f"{sku}.{ON_DEMAND_TERM}"
    rate = {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"${hourly} per On Demand Linux {instance_type} Instance Hour",
        "appliesTo": [],
        "rateCode": f"{term}.{HOURLY_RATE}",
        "pricePerUnit": {"USD": f"{hourly:.10f}"},
    }
    return {
        "product": {
            "productFamily": "Compute Instance",
            "sku": sku,
            "attributes": {
                "instanceType": instance_type,
                "regionCode": code,
                "location": region["location"],
                "locationType": "AWS Region",
                "operatingSystem": "Linux",
                "tenancy": "Shared",
                "preInstalledSw": "NA",
                "capacitystatus": "Used",
                "licenseModel": "No License required",
                "marketoption": "OnDemand",
                "operation": "RunInstances",
                "servicecode": "AmazonEC2",
                "servicename": "Amazon Elastic Compute Cloud",
                "usagetype": usage,
                "vcpu": vcpu,
                "memory": memory,
            },
        },
        "serviceCode": "AmazonEC2",
        "terms": {
            "OnDemand": {
                term: {
                    "sku": sku,
                    "offerTermCode": ON_DEMAND_TERM,
                    "effectiveDate": "2026-01-01T00:00:00Z",
                    "termAttributes": {},
                    "priceDimensions": {rate["rateCode"]: rate},
                }
            }
        },
        "version": "20260101000000",
        "publicationDate": "2026-01-01T00:00:00Z",
    }
