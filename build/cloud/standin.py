#!/usr/bin/env python3
"""Stands in for AWS in tests: moto, with what it lacks for them, on the loopback address.

    python build/cloud/standin.py --port N [--port-file FILE] [--leash]

Prints "listening on PORT" when it takes calls; port 0 takes a free one. It knows its wishes and tells what it saw under
/standin; README.md here has the table. Begin reading with StandIn.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

# Before moto is imported, which reads them then.
os.environ["MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION"] = "1"
os.environ["MOTO_ENABLE_AMI_VALIDATION"] = "1"

from moto import settings
from moto.moto_api._internal import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

import call
import compute
import fleets
import launches
import policies
import pricing
import quotas
import spot
from call import Call
from faults import Faults
from tokens import Answer, Mismatch, Tokens

CALLS_MAX = 20_000


class StandIn:
    """The WSGI application: what is asked of /standin itself, and the calls of AWS on their way to moto."""

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.faults = Faults()
        self.tokens = Tokens()
        self.launches = launches.Launches()
        self.consoles: dict[str, str] = {}
        self.quotas = quotas.Quotas()
        self.page_max = pricing.PAGE_MAX
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_MAX)
        launches.install(self.launches)
        fleets.install(self.launches)
        compute.install(self.launches, self.consoles)
        policies.install()
        spot.install()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path == "/standin" or path.startswith("/standin/"):
            answer = self.control(environ["REQUEST_METHOD"], path.strip("/").split("/")[1:], call.body(environ))
        elif path.startswith("/moto-api"):
            if path == "/moto-api/reset":
                self.clear()
            # As a form, which is what many clients say of a body by themselves, moto would not read it.
            answer = self.ask_moto(environ | {"CONTENT_TYPE": "text/plain"})
        else:
            answer = self.serve(call.read(environ), environ)
        http, headers, content = answer
        start_response(f"{http} {'OK' if http < 400 else 'Error'}", headers)
        return [content]

    def serve(self, asked: Call, environ: dict[str, Any]) -> Answer:
        """One call of AWS, written down when it has its answer."""
        noted: dict[str, Any] = {
            "service": asked.service,
            "region": asked.region,
            "action": asked.action,
            "parameters": asked.parameters,
            "time": launches.moment(time.time()),
            "status": None,
        }
        self.calls.append(noted)
        answer = self.befall(asked, lambda: self.carry_out(asked, environ, noted), noted)
        noted["status"] = answer[0]
        return answer

    def befall(self, asked: Call, carry_out: Callable[[], Answer], noted: dict[str, Any]) -> Answer:
        """The call's answer, or what a fault makes of it."""
        fault = self.faults.take(asked.action)
        if fault is None:
            return carry_out()
        noted["fault"] = fault.code or "hang"
        time.sleep(fault.hang_ms / 1000)
        answer = carry_out() if fault.done or not fault.code else None
        return refuse(asked.service, fault.code, fault.message, fault.http) if fault.code or not answer else answer

    def carry_out(self, asked: Call, environ: dict[str, Any], noted: dict[str, Any]) -> Answer:
        """What comes of the call where no fault is in its way."""
        if asked.service in OURS:
            return self.answer_ourselves(asked, environ)
        if asked.service in ("ec2", "ssm", "s3"):
            refused = self.refusal(asked, environ)
            if refused:
                return refused
            if asked.dry:
                return refuse("ec2", "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
            if asked.action == "UploadPart" and not is_uploading(asked):
                return refuse("s3", "NoSuchUpload", "The specified upload does not exist.", 404)
        try:
            answer, noted["repeated"] = self.tokens.answer(asked, lambda: self.ask_moto(environ))
        except Mismatch:
            return refuse(
                "ec2", "IdempotentParameterMismatch", "The client token was used before with other parameters", 400
            )
        if asked.service != "ec2":
            return answer
        ids = re.findall("<instanceId>(i-[0-9a-f]+)</instanceId>", answer[2].decode("utf-8", "replace"))
        if noted["repeated"] and asked.action == "RunInstances" and self.launches.terminated(ids):
            return refuse("ec2", "IdempotentInstanceTerminated", "The instances of this client token have ended", 400)
        return answer

    def refusal(self, asked: Call, environ: dict[str, Any]) -> Answer | None:
        """What a call that its caller may not make is answered, before it is carried out."""
        try:
            policies.check(asked, environ)
        except policies.Unknown as unknown:
            if asked.service == "s3":
                return refuse("s3", "InvalidAccessKeyId", str(unknown), 403)
            if asked.service != "ec2":
                return refuse(asked.service, "UnrecognizedClientException", str(unknown), 400)
            return refuse("ec2", "AuthFailure", "AWS was not able to validate the provided access credentials", 401)
        except policies.Forbidden as forbidden:
            if asked.service == "s3":
                return refuse("s3", "AccessDenied", str(forbidden), 403)
            if asked.service != "ec2":
                return refuse(asked.service, "AccessDeniedException", str(forbidden), 400)
            return refuse("ec2", "UnauthorizedOperation", str(forbidden), 403)
        return None

    def answer_ourselves(self, asked: Call, environ: dict[str, Any]) -> Answer:
        """A call of a service that moto has not, or has without what is needed here."""
        refused = self.refusal(asked, environ)
        if refused:
            return refused
        try:
            told = OURS[asked.service](self, asked)
        except pricing.Refused as wrong:
            return refuse(asked.service, wrong.code, str(wrong), 400)
        return in_json(200, told, "application/x-amz-json-1.1")

    def get_products(self, asked: Call) -> Any:
        if asked.action != "GetProducts":
            raise pricing.Refused("NotImplemented", f"{asked.action} is not stood in for")
        return pricing.get_products(asked.parameters, self.page_max)

    def get_service_quota(self, asked: Call) -> Any:
        if asked.action != "GetServiceQuota":
            raise pricing.Refused("NotImplemented", f"{asked.action} is not stood in for")
        return self.quotas.tell(asked.parameters)

    def ask_moto(self, environ: dict[str, Any]) -> Answer:
        """Moto's own answer, whole."""
        told: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], None]:
            told[:] = [int(status.split()[0]), headers]
            return lambda _: None

        parts = self.moto(environ, start_response)
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        return told[0], told[1], content

    def control(self, method: str, path: list[str], content: bytes) -> Answer:
        """What is asked of the stand-in itself."""
        asked = [method, *path]
        if asked == ["GET", "calls"]:
            return in_json(200, list(self.calls))
        if asked == ["GET", "instances"]:
            return in_json(200, self.launches.tell())
        if asked == ["GET", "groups"]:
            return in_json(200, self.launches.groups())
        try:
            match asked:
                case ["DELETE"]:
                    # Ours first, as it refers to moto's.
                    with self.launches.lock:
                        self.clear()
                        moto_api_backend.reset()
                        settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
                case ["PUT", "faults", action]:
                    self.faults.add(action, json.loads(content))
                case ["DELETE", "faults"]:
                    self.faults.clear()
                case ["PUT", "lag"]:
                    self.launches.lag_seconds = float(json.loads(content)["seconds"])
                case ["PUT", "capacity"]:
                    self.launches.capacity = {kind: int(most) for kind, most in json.loads(content).items()}
                case ["PUT", "pages"]:
                    self.page_max = int(json.loads(content)["most"])
                case ["PUT", "quotas"]:
                    self.quotas.put(json.loads(content))
                case ["PUT", "console", instance]:
                    self.consoles[instance] = content.decode()
                case ["DELETE", "calls"]:
                    self.calls.clear()
                case ["POST", "ended", instance]:
                    self.launches.ended(instance)
                case ["POST", "taken", instance]:
                    self.launches.ended(instance, taken=True)
                case _:
                    return in_json(404, {"error": f"there is no {method} /{'/'.join(['standin', *path])}"})
        except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as wrong:
            return in_json(400, {"error": f"{type(wrong).__name__}: {wrong}"})
        return in_json(200, {})

    def clear(self) -> None:
        """Forgets wishes, tokens, calls and instances, as moto has forgotten its part, or is about to."""
        self.faults.clear()
        self.tokens.clear()
        self.launches.clear()
        self.consoles.clear()
        self.quotas.clear()
        self.page_max = pricing.PAGE_MAX
        self.calls.clear()


OURS = {"pricing": StandIn.get_products, "servicequotas": StandIn.get_service_quota}


def is_uploading(asked: Call) -> bool:
    """Whether the upload in parts that a call names was begun; of a bucket that is none, moto says so."""
    bucket = s3_backends[policies.ACCOUNT]["aws"].buckets.get(asked.parameters.get("Bucket", ""))
    return bucket is None or asked.parameters.get("uploadId") in bucket.multiparts


def refuse(service: str, code: str, message: str, http: int) -> Answer:
    """An error as an answer."""
    http, kind, content = call.error(service, code, message, http)
    return http, [("Content-Type", kind), ("Content-Length", str(len(content))), ("x-amzn-errortype", code)], content


def in_json(http: int, told: Any, kind: str = "application/json") -> Answer:
    """A JSON document as an answer."""
    content = json.dumps(told, indent=1).encode()
    return http, [("Content-Type", kind), ("Content-Length", str(len(content)))], content


class Quiet(WSGIRequestHandler):
    """Does not write a line for each call; they are told under /standin/calls."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Says nothing."""


def main() -> None:
    """Serves until it is told to end."""
    parser = argparse.ArgumentParser(description="Stands in for AWS in tests, on the loopback address.")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port when calls are taken")
    parser.add_argument("--leash", action="store_true", help="end when standard input does")
    # For nodes.py, which puts it into a network of its own, and lets this machine in by a socket that it has opened.
    parser.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    parser.add_argument("--also", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    application = StandIn()
    server = make_server(options.host, options.port, application, threaded=True, request_handler=Quiet)
    if options.also is not None:
        also = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet, fd=options.also)
        threading.Thread(target=also.serve_forever, daemon=True).start()
    # Moto calls itself now and then.
    os.environ["MOTO_PORT"] = str(server.port)
    # Not in the handler itself, which would wait for the loop that it interrupts.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if options.leash:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
    if options.port_file:
        # Moved into place whole, so that nobody reads half of a number.
        half = options.port_file.with_name(options.port_file.name + ".new")
        half.write_text(f"{server.port}\n")
        half.rename(options.port_file)
    print(f"listening on {server.port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    sys.stdout.flush()
    # What hangs on request may hang on, but not hold this up.
    os._exit(0)


if __name__ == "__main__":
    main()
