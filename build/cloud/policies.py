"""Who may do what: moto's own check, by actions, and of what EC2 asks for beside the action that is called.

Moto takes a policy's resources and conditions for something to be matched with what it does not know; here they are left
out of account, so that a policy which has them decides by its actions alone.
"""

from __future__ import annotations

from typing import Any

from moto import settings
from moto.iam.access_control import IAMPolicyStatement, IAMRequest
from werkzeug.exceptions import HTTPException

import call
from call import Call

ACCOUNT = "123456789012"
# What the caller has to be allowed as well; EC2 does it for them, under their name.
ALSO = {"CreateFleet": ["RunInstances"]}
TAGGING = "CreateTags"


class Unknown(Exception):
    """Nobody has these credentials."""


class Forbidden(Exception):
    """The caller may not do that; the message names the action, as AWS's does."""


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
    if asked.service == "ec2" and asked.action != TAGGING and any("TagSpecification" in name for name in asked.parameters):
        actions.append(TAGGING)
    for action in actions:
        permit(asked, environ, action)


def permit(asked: Call, environ: dict[str, Any], action: str) -> None:
    """One action of those that the call needs."""
    names = {k[5:].replace("_", "-").title(): v for k, v in environ.items() if k.startswith("HTTP_")}
    names["Content-Type"] = environ.get("CONTENT_TYPE", "")
    try:
        request = IAMRequest(ACCOUNT, "POST", "/", {}, call.body(environ), names, action)
        request.check_signature()
    except HTTPException as unknown:
        raise Unknown("The security token included in the request is invalid.") from unknown
    try:
        request.check_action_permitted("*")
    except HTTPException as refused:
        user = request._access_key.arn
        raise Forbidden(
            f"You are not authorized to perform this operation. User: {user} is not authorized to perform: "
            f"{asked.service}:{action} because no identity-based policy allows the {asked.service}:{action} action. "
            "Encoded authorization failure message: 7yvUgQ4xPmBqd0Vw3oIh"
        ) from refused
