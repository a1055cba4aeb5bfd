"""A call of AWS as it comes in: which service and action it is for, its parameters, and how an error answers it.

Every service of AWS that is stood in for here speaks one of four protocols; what differs between them is kept here.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

# More than any call but an upload has; uploads are not read, only passed on.
BODY_MAX = 4 * 1024 * 1024

S3_VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete", "POST": "Post", "HEAD": "Head"}
S3_OF_BUCKET = {"GET": "ListObjects", "PUT": "CreateBucket", "DELETE": "DeleteBucket", "HEAD": "HeadBucket"}
S3_OF_QUERY = {
    ("POST", "delete"): "DeleteObjects",
    ("POST", "uploads"): "CreateMultipartUpload",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("PUT", "uploadId"): "UploadPart",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("GET", "list-type"): "ListObjectsV2",
}


@dataclass(frozen=True)
class Call:
    """One call, read as far as is needed to name it."""

    service: str
    region: str
    account_key: str
    action: str
    parameters: dict[str, Any]

    @property
    def dry(self) -> bool:
        """Whether the caller only asks if it would be allowed to."""
        return str(self.parameters.get("DryRun", "")).lower() == "true"


def read(environ: dict[str, Any]) -> Call:
    """Names the call; what it has read of the body is put back."""
    key, region, service = scope(environ)
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        try:
            parameters = json.loads(body(environ) or b"{}")
        except ValueError:
            parameters = {}
        return Call(service or target.split(".")[0], region, key, target.rpartition(".")[2], parameters)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        query |= dict(parse_qsl(body(environ).decode("utf-8", "replace"), keep_blank_values=True))
    if "Action" in query:
        action = query.pop("Action")
        query.pop("Version", None)
        return Call(service, region, key, action, query)
    bucket, _, name = unquote(environ.get("PATH_INFO", "/")).lstrip("/").partition("/")
    parameters = {"Bucket": bucket, "Key": name, "CopySource": environ.get("HTTP_X_AMZ_COPY_SOURCE", "")}
    action = s3_action(environ["REQUEST_METHOD"], parameters, query)
    return Call(service or "s3", region, key, action, {k: v for k, v in parameters.items() if v} | query)


def scope(environ: dict[str, Any]) -> tuple[str, str, str]:
    """Access key, region and service that a signature names, in a header, or in the query of a presigned address."""
    credential = ""
    header = environ.get("HTTP_AUTHORIZATION", "")
    if "Credential=" in header:
        credential = header.split("Credential=")[1].split(",")[0]
    else:
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        credential = query.get("X-Amz-Credential", "")
    parts = credential.split("/")
    return (parts[0], parts[2], parts[3]) if len(parts) == 5 else ("", "", "")


def body(environ: dict[str, Any]) -> bytes:
    """The body, which can be read again afterwards."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= BODY_MAX:
        return b""
    content: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(content)
    return content


def s3_action(method: str, named: dict[str, Any], query: dict[str, str]) -> str:
    """The action's name, which S3 leaves to be told from method, path and query."""
    for (of_method, word), action in S3_OF_QUERY.items():
        if method == of_method and word in query:
            return action
    if not named["Bucket"]:
        return "ListBuckets"
    verb = S3_VERBS.get(method, method)
    parts = [word for word in query if not word.lower().startswith("x-") and not query[word]]
    thing = "Object" if named["Key"] else "Bucket"
    if parts:
        return verb + thing + parts[0].title().replace("-", "")
    if named["Key"]:
        return "CopyObject" if method == "PUT" and named["CopySource"] else verb + thing
    return S3_OF_BUCKET.get(method, verb + thing)


def error(service: str, code: str, message: str, http: int) -> tuple[int, str, bytes]:
    """Status, content type and body of an error, as the service writes it."""
    if service in ("ssm", "pricing", "servicequotas"):
        text = json.dumps({"__type": code, "message": message})
        return http, "application/x-amz-json-1.1", text.encode()
    code, message = escape(code), escape(message)
    what = f"<Code>{code}</Code><Message>{message}</Message>"
    request = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"
    if service == "ec2":
        text = f"<Response><Errors><Error>{what}</Error></Errors><RequestID>{request}</RequestID></Response>"
    elif service == "s3":
        text = f"<Error>{what}<RequestId>{request}</RequestId></Error>"
    else:
        whose = "Sender" if http < 500 else "Receiver"
        text = (
            f"<ErrorResponse><Error><Type>{whose}</Type>{what}</Error><RequestId>{request}</RequestId></ErrorResponse>"
        )
    return http, "text/xml;charset=UTF-8", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
