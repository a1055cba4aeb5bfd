#!/usr/bin/env python3
"""Makes the stand-in's instances real: each that runs becomes a machine of namespaces, which executes its user data.

    DIR/venv/bin/python build/cloud/nodes.py --tools DIR [--java HOME] [--minute SECONDS] [--port N] [--port-file FILE]

Starts the stand-in, too, in a network of its own. Prints one line of JSON when all is there; README.md here tells what
is in it and what can be asked of it. Ends on SIGTERM, with --leash also when its standard input does; nothing is left
then. Needs root.
Begin reading with Nodes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from node import HERE, Node, Place, execute, firewall, inside

COORDINATOR = "172.31.255.254"
ENDPOINT_PORT = 4566
POLL_SECONDS = 0.05
CONSOLE_BYTES_MAX = 65536


class Nodes:
    """All machines, kept to what the stand-in says of its instances."""

    def __init__(self, tools: Path, java: str, minute_seconds: float) -> None:
        self.lock = threading.RLock()
        self.nodes: dict[str, Node] = {}
        self.booting: dict[str, Future[None]] = {}
        self.instances: list[dict[str, Any]] = []
        self.count = 0
        # Its threads are there to the end: a machine ends with the thread that started it.
        self.pool = ThreadPoolExecutor(8)
        self.started: list[subprocess.Popen[bytes]] = []
        folder = Path(tempfile.mkdtemp(prefix="muster-nodes-"))
        # It also takes our files away where we are killed, and cannot.
        keep = """trap 'kill $! 2>/dev/null; sleep 0.5; rm -rf "$0"; exit' TERM
            echo up
            setpriv --pdeathsig KILL sleep infinity & wait"""
        network = self.start(["unshare", "--net", "sh", "-c", keep, str(folder)], b"up", signal="TERM")
        self.place = Place(network.pid, folder, tools, java, minute_seconds)
        execute(
            *inside(network.pid), "ip", "-batch", "-",
            # With an address of its own: else it has that of a cable, and another when that machine goes.
            told="link set lo up\nlink add vpc address 02:00:ac:1f:ff:fe type bridge\n"
            f"address add {COORDINATOR}/16 dev vpc\nlink set vpc up\n",
        )  # fmt: skip
        # Opened here, it belongs to this machine's network, whoever answers on it.
        door = socket.create_server(("127.0.0.1", 0))
        self.port: int = door.getsockname()[1]
        self.start(
            [*inside(network.pid), sys.executable, str(HERE / "standin.py"), "--host", COORDINATOR]
            + ["--port", str(ENDPOINT_PORT), "--also", str(door.fileno())],
            b"listening",
            door.fileno(),
        )
        door.close()

    def start(
        self, command: list[str], word: bytes, passed: int | None = None, signal: str = "KILL"
    ) -> subprocess.Popen[bytes]:
        """Starts a process that gets a signal when this one has ended, and waits for its word."""
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", signal, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            pass_fds=[] if passed is None else [passed],
            start_new_session=True,
        )
        self.started.append(process)
        assert process.stdout
        line = process.stdout.readline()
        if not line.startswith(word):
            raise RuntimeError(f"{command} did not start: {line!r}")
        return process

    def ask(self, path: str, method: str = "GET", content: bytes | None = None) -> Any:
        """Asks the stand-in; it notes no call of AWS for this."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/standin{path}", method=method, data=content)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def look(self) -> None:
        """Boots what has come, ends what has gone, and tells the stand-in who has shut itself down."""
        self.instances = self.ask("/instances")
        groups = {group["id"]: group for group in self.ask("/groups")} if self.instances else {}
        states = {i["id"]: i["state"] for i in self.instances}
        for instance in self.instances:
            if instance["state"] == "running" and instance["id"] not in self.nodes:
                with self.lock:
                    node = self.nodes[instance["id"]] = Node(instance, self.count, self.place)
                    self.count += 1
                self.booting[node.id] = self.pool.submit(node.boot, firewall(instance, groups, self.instances))
        for node in list(self.nodes.values()):
            boot = self.booting.get(node.id)
            if boot and not boot.done():
                continue
            self.booting.pop(node.id, None)
            if boot and boot.exception():
                traceback.print_exception(boot.exception(), file=sys.stderr)
                node.kill()
            if states.get(node.id) != "running":
                node.remove()
                with self.lock:
                    del self.nodes[node.id]
                continue
            try:
                self.attend(node, firewall(node.instance, groups, self.instances))
            except (RuntimeError, OSError) as wrong:
                # Most likely it has ended in between, which the next look sees.
                print(f"{node.id}: {wrong}", file=sys.stderr, flush=True)

    def attend(self, node: Node, rules: str) -> None:
        """Does what a machine needs from time to time."""
        self.tell_console(node)
        if not node.ended():
            node.protect(rules)
        elif not node.killed:
            self.ask(f"/ended/{node.id}", "POST")

    def tell_console(self, node: Node) -> None:
        """Passes on what the machine has said since."""
        size = node.console.stat().st_size if node.console.exists() else 0
        if size != node.console_told:
            node.console_told = size
            with node.console.open("rb") as console:
                console.seek(max(0, size - CONSOLE_BYTES_MAX))
                self.ask(f"/console/{node.id}", "PUT", console.read())

    def do(self, method: str, path: list[str], told: dict[str, Any]) -> Any:
        """What is asked of a machine. Raises KeyError where there is no such machine, or no such wish."""
        if [method, *path] == ["GET", "list"]:
            with self.lock:
                return [
                    {"id": n.id, "address": n.address, "process": n.process, "up": n.up()} for n in self.nodes.values()
                ]
        word, instance = path
        if method == "GET" and word == "console":
            return self.nodes[instance].console.read_text(errors="replace")
        if method != "POST":
            raise KeyError(word)
        with self.lock:
            node = self.nodes[instance]
        match word:
            case "kill":
                node.killed = True
                node.kill()
            case "cut":
                node.cut()
            case "mend":
                node.mend()
            case "rebalance":
                node.recommend_rebalance()
            case "spot":
                seconds = float(told.get("seconds", 120))
                node.spot(seconds)
                taken = threading.Timer(seconds, lambda: self.take(instance))
                taken.daemon = True
                taken.start()
            case _:
                raise KeyError(word)
        return {}

    def take(self, instance: str) -> None:
        """Takes a spot instance back, whatever it was launched with."""
        self.ask(f"/taken/{instance}", "POST")

    def close(self) -> None:
        """Ends all machines, the stand-in and the network."""
        for node in list(self.nodes.values()):
            node.kill()
        for process in reversed(self.started):
            process.kill()
            process.wait()
        shutil.rmtree(self.place.folder, ignore_errors=True)


def control(nodes: Nodes, port: int) -> ThreadingHTTPServer:
    """The way to ask for faults, on the loopback address."""

    class Asked(BaseHTTPRequestHandler):
        def answer(self) -> None:
            try:
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                told = nodes.do(self.command, self.path.strip("/").split("/"), json.loads(content or b"{}"))
                http = 200
            except (KeyError, ValueError) as wrong:
                http, told = 404, {"error": f"there is no {self.command} {self.path} ({wrong})"}
            except Exception as wrong:
                http, told = 500, {"error": str(wrong)}
            text = json.dumps(told).encode()
            self.send_response(http)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main() -> None:
    """Looks again and again until it is told to end."""
    parser = argparse.ArgumentParser(description="Makes the stand-in's instances real.")
    parser.add_argument("--tools", type=Path, required=True, help="where build/cloud/install put its programs")
    parser.add_argument("--java", default="-", help="the JDK that 'java' is in the machines")
    parser.add_argument("--minute", type=float, default=60.0, help="seconds that a minute of 'shutdown +N' has")
    parser.add_argument("--port", type=int, default=0, help="of the control; 0 takes a free one")
    parser.add_argument("--port-file", type=Path, help="where to write the line that is printed, too")
    parser.add_argument("--leash", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("build/cloud/nodes.py: namespaces need root; run it as root")
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    nodes = Nodes(options.tools.resolve(), options.java, options.minute)
    try:
        server = control(nodes, options.port)
        told = {
            "control": server.server_address[1],
            "standin": nodes.port,
            "endpoint": f"http://{COORDINATOR}:{ENDPOINT_PORT}",
            "address": COORDINATOR,
            "inside": inside(nodes.place.network),
        }
        if options.port_file:
            half = options.port_file.with_name(options.port_file.name + ".new")
            half.write_text(json.dumps(told) + "\n")
            half.rename(options.port_file)
        print(json.dumps(told), flush=True)
        if options.leash:
            threading.Thread(target=lambda: (sys.stdin.buffer.read(), end.set()), daemon=True).start()
        while not end.wait(POLL_SECONDS):
            try:
                nodes.look()
            except urllib.error.HTTPError as wrong:
                print(f"the stand-in: {wrong}", file=sys.stderr, flush=True)
    finally:
        nodes.close()
    # Its threads may be in the middle of a boot that nobody waits for.
    os._exit(0)


if __name__ == "__main__":
    main()
