"""Who may do what: moto's own check, by actions, and of what EC2 asks for beside the action that is called.

Moto takes a policy's resources and conditions for something to be matched with what it does not know. Here they are left
out of account, but for a few calls of EC2, of which the tags are weighed that they give, or that what they change has.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from moto import settings
from moto.ec2.models import ec2_backends
from moto.iam.access_control import IAMPolicyStatement, IAMRequest
from werkzeug.exceptions import HTTPException

import call
from call import Call

ACCOUNT = "123456789012"
# What the caller has to be allowed as well; EC2 does it for them, under their name.
ALSO = {"CreateFleet": ["RunInstances"]}
TAGGING = "CreateTags"
# What these create, and what those change, and by which parameter.
CREATES = {"CreateSecurityGroup": "security-group", "CreateLaunchTemplate": "launch-template", "CreateFleet": "fleet"}
CHANGES = {
    "TerminateInstances": ("instance", "InstanceId"),
    "GetConsoleOutput": ("instance", "InstanceId"),
    "CreateLaunchTemplateVersion": ("launch-template", "LaunchTemplate"),
    "DeleteLaunchTemplate": ("launch-template", "LaunchTemplate"),
    "DeleteSecurityGroup": ("security-group", "GroupId"),
}


class Unknown(Exception):
    """Nobody has these credentials."""


class Forbidden(Exception):
    """The caller may not do that; the message names the action, as AWS's does."""


@dataclass(frozen=True)
class Thing:
    """What a call is about, and what conditions may ask about it."""

    kind: str
    name: str
    context: dict[str, str] = field(default_factory=dict)


def install() -> None:
    """Puts the above into moto."""
    decide_as_moto = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(statement: Any, action: str, resource: str = "*", *more: Any) -> Any:
        told = statement._statement
        if "Principal" not in told:
            statement._statement = {k: v for k, v in told.items() if k != "Condition"} | {"Resource": "*"}
        return decide_as_moto(statement, action, resource, *more)

    IAMPolicyStatement.is_action_permitted = is_action_permitted


def check(asked: Call, environ: dict[str, Any]) -> None:
    """Raises Unknown or Forbidden where policies decide, and decide against the call."""
    if settings.INITIAL_NO_AUTH_ACTION_COUNT != 0:
        return
    actions = [asked.action, *ALSO.get(asked.action, [])]
    tags = any(name.startswith("TagSpecification") for name in asked.parameters)
    if asked.service == "ec2" and asked.action != TAGGING and tags:
        actions.append(TAGGING)
    for action in actions:
        permit(asked, environ, action)


def permit(asked: Call, environ: dict[str, Any], action: str) -> None:
    """One action of those that the call needs."""
    names = {k[5:].replace("_", "-").title(): v for k, v in environ.items() if k.startswith("HTTP_")}
    names |= {"Content-Type": environ.get("CONTENT_TYPE", ""), "Content-Length": environ.get("CONTENT_LENGTH", "")}
    try:
        request = IAMRequest(ACCOUNT, "POST", "/", {}, call.body(environ), names, action)
        request.check_signature()
    except HTTPException as unknown:
        raise Unknown("The security token included in the request is invalid.") from unknown
    user = request._access_key.arn
    try:
        request.check_action_permitted("*")
    except HTTPException as refused:
        raise forbidden(user, f"{asked.service}:{action}", "*") from refused
    for thing in things(asked) if asked.service == "ec2" and action == asked.action else []:
        statements = [s for p in request._access_key.collect_policies() for s in statements_of(p)]
        if not any(allows(statement, f"ec2:{action}", thing) for statement in statements):
            raise forbidden(user, f"ec2:{action}", thing.name)


def forbidden(user: str, action: str, resource: str) -> Forbidden:
    """As AWS words it."""
    return Forbidden(
        f"You are not authorized to perform this operation. User: {user} is not authorized to perform: {action} on "
        f"resource: {resource} because no identity-based policy allows the {action} action. "
        "Encoded authorization failure message: 7yvUgQ4xPmBqd0Vw3oIh"
    )


def things(asked: Call) -> list[Thing]:
    """What the call is about, as far as its tags are weighed here."""
    if asked.action in CREATES:
        kind = CREATES[asked.action]
        given = requested(asked.parameters, kind)
        return [thing(asked, kind, "new", {f"aws:RequestTag/{key}": value for key, value in given.items()})]
    if asked.action in CHANGES:
        kind, parameter = CHANGES[asked.action]
        backend = ec2_backends[ACCOUNT][asked.region]
        named = [v for k, v in asked.parameters.items() if re.fullmatch(rf"{parameter}(Id|Name)?(\.\d+)?", k)]
        ids = [backend.launch_template_name_to_ids.get(name, name) for name in named]
        return [
            thing(asked, kind, i, {f"aws:ResourceTag/{k}": v for k, v in backend.tags.get(i, {}).items()}) for i in ids
        ]
    return []


def thing(asked: Call, kind: str, name: str, context: dict[str, str]) -> Thing:
    """One of the caller's own account."""
    return Thing(kind, f"arn:aws:ec2:{asked.region}:{ACCOUNT}:{kind}/{name}", context)


def requested(parameters: dict[str, Any], kind: str) -> dict[str, str]:
    """The tags that a call gives to what it creates of this kind."""
    given = {}
    for name, value in parameters.items():
        match = re.fullmatch(r"(TagSpecification\.\d+)\.ResourceType", name)
        if match and value == kind:
            for key_name, key in parameters.items():
                tag = re.fullmatch(rf"({re.escape(match[1])}\.Tag\.\d+)\.Key", key_name)
                if tag:
                    given[key] = parameters.get(f"{tag[1]}.Value", "")
    return given


def statements_of(policy: Any) -> list[dict[str, Any]]:
    """The statements of a policy of a user's own."""
    if not isinstance(policy, dict):
        return []
    told = json.loads(policy["policy_document"])["Statement"]
    return told if isinstance(told, list) else [told]


def allows(statement: dict[str, Any], action: str, about: Thing) -> bool:
    """Whether a statement allows an action on a thing; of conditions only StringLike is known."""
    if statement["Effect"] != "Allow" or not matches(statement.get("Action", []), action):
        return False
    likes = statement.get("Condition", {}).get("StringLike", {})
    return matches(statement["Resource"], about.name) and all(
        key in about.context and matches(patterns, about.context[key]) for key, patterns in likes.items()
    )


def matches(patterns: Any, text: str) -> bool:
    """Whether one of the patterns, or the one, is that of the text."""
    return any(fnmatchcase(text, p) for p in (patterns if isinstance(patterns, list) else [patterns]))
