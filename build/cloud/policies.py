"""Who may do what: moto's own check, by actions, and of what EC2 asks for beside the action that is called.

Moto takes a policy's resources and conditions for something to be matched with what it does not know. Here they are left
out of account, but for a few calls of EC2, of which the tags are weighed that they give, or that what they change has, for
roles that are passed to instances, and for objects of S3.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.ec2.models import ec2_backends
from moto.iam.access_control import CreateAccessKeyFailure, IAMPolicyStatement, IAMRequest, IAMUserAccessKey
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
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
# What has to be allowed for a call of S3 that is not called as the call is.
S3_NEEDS = {
    "HeadObject": "GetObject",
    "UploadPart": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
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
    # Of S3 all is decided below, which takes who calls on trust: signatures of addresses are not moto's strength.
    ActionAuthenticatorMixin._authenticate_and_authorize_s3_action = lambda *_, **__: None


def check(asked: Call, environ: dict[str, Any]) -> None:
    """Raises Unknown or Forbidden where policies decide, and decide against the call."""
    if settings.INITIAL_NO_AUTH_ACTION_COUNT != 0:
        return
    if asked.service == "s3":
        permit_s3(asked)
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
    if asked.service == "ec2" and action == asked.action:
        for about in things(asked):
            need(request._access_key, f"ec2:{action}", about)
        for role in passed(asked):
            need(request._access_key, "iam:PassRole", Thing("role", role, {"iam:PassedToService": "ec2.amazonaws.com"}))


def permit_s3(asked: Call) -> None:
    """A call about a bucket or an object."""
    try:
        key = IAMUserAccessKey(ACCOUNT, "aws", asked.account_key, {})
    except CreateAccessKeyFailure as unknown:
        raise Unknown("The AWS Access Key Id you provided does not exist in our records.") from unknown
    bucket, name = asked.parameters.get("Bucket", ""), asked.parameters.get("Key", "")
    of_bucket = Thing("bucket", f"arn:aws:s3:::{bucket}")
    action = S3_NEEDS.get(asked.action, asked.action)
    need(key, f"s3:{action}", Thing("object", f"{of_bucket.name}/{name}") if name else of_bucket)
    there = s3_backends[ACCOUNT]["aws"].buckets.get(bucket)
    if action == "GetObject" and there is not None and name not in there.keys:
        # That something is not there is told only to whom may list what is.
        need(key, "s3:ListBucket", of_bucket)


def need(key: Any, action: str, about: Thing) -> None:
    """Raises Forbidden unless the key's owner may do that with it."""
    statements = [s for p in key.collect_policies() for s in statements_of(p)]
    if not any(allows(statement, action, about) for statement in statements):
        raise forbidden(key.arn, action, about.name)


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


def passed(asked: Call) -> list[str]:
    """The roles that the instances get which a call launches, by what itself or its launch templates say."""
    backend = ec2_backends[ACCOUNT][asked.region]
    named = [(k.rpartition(".")[2], v) for k, v in asked.parameters.items() if k.startswith("IamInstanceProfile.")]
    for parameter, value in asked.parameters.items() if asked.action in ("RunInstances", "CreateFleet") else []:
        if re.search(r"\.LaunchTemplate(Id|Name)$", parameter):
            template = backend.launch_templates.get(backend.launch_template_name_to_ids.get(value, value))
            if template:
                named += list((template.latest_version().data.get("IamInstanceProfile") or {}).items())
    profiles = iam_backends[ACCOUNT]["aws"].get_instance_profiles()
    return sorted({r.arn for p in profiles for r in p.roles if ("Name", p.name) in named or ("Arn", p.arn) in named})


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
    """Whether a statement allows an action on a thing; of conditions only StringLike and StringEquals are known."""
    if statement["Effect"] != "Allow" or not matches(statement.get("Action", []), action):
        return False
    conditions = statement.get("Condition", {})
    likes = conditions.get("StringLike", {}) | conditions.get("StringEquals", {})
    return matches(statement["Resource"], about.name) and all(
        key in about.context and matches(patterns, about.context[key]) for key, patterns in likes.items()
    )


def matches(patterns: Any, text: str) -> bool:
    """Whether one of the patterns, or the one, is that of the text."""
    return any(fnmatchcase(text, p) for p in (patterns if isinstance(patterns, list) else [patterns]))
