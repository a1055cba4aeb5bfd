"""The generators: how each is told to do a piece of work. A tool that a work has no entry for cannot do it."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

import machine
import server

SECONDS = 14

_HOME = pathlib.Path(__file__).resolve().parent.parent
MUSTER = os.environ.get("MUSTER", str(_HOME / "muster"))
_GO_BIN = pathlib.Path(os.environ.get("GOPATH", pathlib.Path.home() / "go")) / "bin"
_CARGO_BIN = pathlib.Path.home() / ".cargo" / "bin"
_ID = "${random(1, 4500)}"


@dataclasses.dataclass(frozen=True)
class Work:
    """A piece of work.

    title: what it is, for a heading
    unit: "saturation" is judged by requests for each CPU-second; "rate" by the CPU of a load that is given
    plan: the plan that Muster is given
    commands: by tool, its command line; or another work, that Muster does beside this one
    workers: for each of Muster's workers, the core of each of its event loops
    sources: addresses that the workers send from, dealt out to them
    target: the core of each of the server's processes
    steady: when the generator is warm and what is measured begins, in seconds after its first request
    """

    title: str
    unit: str
    plan: str
    commands: dict
    workers: tuple = ((machine.GENERATOR_CORE,),)
    sources: tuple = ()
    target: tuple = (machine.SERVER_CORE,)
    steady: float = 8.0


def program(name):
    """Where a tool's program is, or None."""
    for folder in (_GO_BIN, _CARGO_BIN, _HOME / "bench" / "peers" / "bin"):
        if (folder / name).exists():
            return str(folder / name)
    return shutil.which(name)


def _url(port, scheme="http"):
    return f"{scheme}://127.0.0.1:{port}/customerdata/17"


def _k6(port):
    return ["k6", "run", "--quiet", "--no-summary", "-e", f"BASE=http://127.0.0.1:{port}/customerdata/", "-e",
            f"SECONDS={SECONDS}", str(_HOME / "bench/peers/k6.js")]


def _locust(user, port, users=64, spawn=64):
    return ["locust", "-f", str(_HOME / "bench/peers/locustfile.py"), "--headless", "--only-summary", "-u", str(users),
            "-r", str(spawn), "-t", f"{SECONDS}s", "-H", f"http://127.0.0.1:{port}", user]


def _h2load(port, connections, streams, scheme="http"):
    return ["h2load", f"-c{connections}", f"-m{streams}", "-t1", f"-D{SECONDS}", _url(port, scheme)]


def _hyperfoil(benchmark, port, *parameters):
    return ["hyperfoil", benchmark, f"TARGET=http://127.0.0.1:{port}", f"DURATION={SECONDS}s", *parameters]


def _gatling(port):
    return ["gatling", "Closed", f"-Dtarget=http://127.0.0.1:{port}", f"-Dseconds={SECONDS}"]


def _plan(name, port, load, scenario=None, head="", scheme="http"):
    steps = scenario or [f'get: "/customerdata/{_ID}"\n    name: "/customerdata/{{id}}"']
    listed = "\n".join(f"  - {step}" for step in steps)
    return f"name: {name}\ntarget: {scheme}://127.0.0.1:{port}\n{head}scenario:\n{listed}\nload: {load}\n"


def _scenarios(name, port, load):
    """Two scenarios of different weights, in which every answer is checked."""
    kinds = "\n".join(
        f"  {kind}:\n    weight: {weight}\n    steps:\n      - get: \"/customerdata/{_ID}\"\n        name: \"/{kind}\"\n"
        "        check: { status: 200, body: '\"MeasureID\":9' }"
        for kind, weight in (("many", 3), ("few", 1)))
    return f"name: {name}\ntarget: http://127.0.0.1:{port}\nscenarios:\n{kinds}\nload: {load}\n"


def _c_loop(rate):
    return ["c-loop", str(server.KEEP_ALIVE), str(rate), str(SECONDS)]


def _open_peers(rate):
    return {
        "oha": ["oha", "--no-tui", "-c64", f"-q{rate}", "--latency-correction", f"-z{SECONDS}s", _url(server.KEEP_ALIVE)],
        "vegeta": ["sh", "-c", f"echo 'GET {_url(server.KEEP_ALIVE)}' | vegeta attack -rate={rate} -max-body=0 "
                   f"-duration={SECONDS}s > /dev/null"],
        "hyperfoil": _hyperfoil("open.yaml", server.KEEP_ALIVE, f"RATE={rate}"),
    }


def _many(users):
    """Users that think 7 s in the mean and come within twice that, so that their rate is even once all are there."""
    steady, processes = 16, machine.processes_for(users)
    return Work(
        f"{users:,} users that think for 5 to 9 s and come within 14 s; in {processes} workers on the one core and with "
        f"{processes} processes of the server, as a process may open so many files", "rate",
        _plan("many", server.KEEP_ALIVE, f"{{ users: {users}, spawn: {users // 14}/s, duration: {steady + 6}s }}",
              scenario=[f'get: "/customerdata/{_ID}"\n    name: "/customerdata/{{id}}"', "think: 5s..9s"]),
        {}, workers=((machine.GENERATOR_CORE,),) * processes,
        # An address has about 28,000 ports, of which the kernel looks at every second one first. When those are in
        # use, each further connection costs it a millisecond of search.
        sources=tuple(f"127.0.1.{i + 1}" for i in range(processes * -(-users // processes // 8_000))),
        target=(machine.SERVER_CORE,) * processes, steady=steady)


def _on_one_core(title, commands, *loops):
    """Workers with so many event loops each, 64 connections for each of those, all on the generator's core."""
    users = 64 * sum(loops)
    return Work(
        title, "saturation",
        _plan("on_one_core", server.KEEP_ALIVE, f"{{ users: {users}, duration: {SECONDS}s }}"), commands,
        workers=tuple((machine.GENERATOR_CORE,) * own for own in loops))


def _open(title, name, rate, head="", peers=None):
    return Work(title, "rate",
                _plan(name, server.KEEP_ALIVE, f"{{ rate: {rate}/s, duration: {SECONDS}s }}", head=head), peers or {})


WORKS = {
    "keep-alive": Work(
        "saturation, 64 connections that are kept", "saturation",
        _plan("keep_alive", server.KEEP_ALIVE, f"{{ users: 64, duration: {SECONDS}s }}"),
        {
            "wrk": ["wrk", "-t1", "-c64", f"-d{SECONDS}s", _url(server.KEEP_ALIVE)],
            "h2load": ["h2load", "--h1", "-c64", "-t1", f"-D{SECONDS}", _url(server.KEEP_ALIVE)],
            "oha": ["oha", "--no-tui", "-c64", f"-z{SECONDS}s", _url(server.KEEP_ALIVE)],
            "hey": ["hey", "-c", "64", "-z", f"{SECONDS}s", _url(server.KEEP_ALIVE)],
            "vegeta": ["sh", "-c", f"echo 'GET {_url(server.KEEP_ALIVE)}' | vegeta attack -rate=0 -max-workers=64 "
                       f"-max-body=0 -duration={SECONDS}s > /dev/null"],
            "hyperfoil": _hyperfoil("closed.yaml", server.KEEP_ALIVE),
            "gatling": _gatling(server.KEEP_ALIVE),
            "k6": _k6(server.KEEP_ALIVE),
            "locust-fast": _locust("Fast", server.KEEP_ALIVE),
            "locust": _locust("Plain", server.KEEP_ALIVE),
        }),
    "checks": Work(
        "as keep-alive, two weighted scenarios, a check of status and body on every answer", "saturation",
        _scenarios("checks", server.KEEP_ALIVE, f"{{ users: 64, duration: {SECONDS}s }}"),
        {"wrk": ["wrk", "-t1", "-c64", f"-d{SECONDS}s", _url(server.KEEP_ALIVE)]}),
    "close": Work(
        "a connection for each request, which the server closes", "saturation",
        _plan("close", server.CLOSING, f"{{ users: 64, duration: {SECONDS}s }}"),
        {
            "wrk": ["wrk", "-t1", "-c64", f"-d{SECONDS}s", _url(server.CLOSING)],
            "oha": ["oha", "--no-tui", "-c64", f"-z{SECONDS}s", _url(server.CLOSING)],
            "hey": ["hey", "-c", "64", "-z", f"{SECONDS}s", _url(server.CLOSING)],
            "hyperfoil": _hyperfoil("closed.yaml", server.CLOSING),
            "gatling": _gatling(server.CLOSING),
            "k6": _k6(server.CLOSING),
            "locust-fast": _locust("Fast", server.CLOSING),
            "locust": _locust("Plain", server.CLOSING),
        }),
    "close-by-us": Work(
        "a connection for each request, of which we ask that it be closed", "saturation",
        _plan("close_by_us", server.KEEP_ALIVE, f"{{ users: 64, duration: {SECONDS}s }}",
              head="http: { connections: per-request }\n"),
        {"wrk": ["wrk", "-t1", "-c64", f"-d{SECONDS}s", "-H", "Connection: close", _url(server.KEEP_ALIVE)]}),
    "tls": Work(
        "saturation over TLS 1.3, 64 connections that are kept", "saturation",
        _plan("tls", server.TLS, f"{{ users: 64, duration: {SECONDS}s }}", scheme="https",
              head="http: { tls: { insecure-skip-verify: true } }\n"),
        {"wrk": ["wrk", "-t1", "-c64", f"-d{SECONDS}s", _url(server.TLS, "https")]}),
    "h2": Work(
        "saturation over HTTP/2, 8 connections with 32 streams each", "saturation",
        _plan("h2", server.HTTP2, f"{{ users: 256, duration: {SECONDS}s }}",
              head="http: { version: 2, streams: 32 }\n"),
        {"h2load": _h2load(server.HTTP2, 8, 32)}),
    "h2-one": Work(
        "saturation over HTTP/2, 64 connections with one stream each", "saturation",
        _plan("h2_one", server.HTTP2, f"{{ users: 64, duration: {SECONDS}s }}",
              head="http: { version: 2, connections: per-user }\n"),
        {"h2load": _h2load(server.HTTP2, 64, 1)}),
    "h2-tls": Work(
        "saturation over HTTP/2 and TLS 1.3, 8 connections with 32 streams each", "saturation",
        _plan("h2_tls", server.TLS, f"{{ users: 256, duration: {SECONDS}s }}", scheme="https",
              head="http: { version: 2, streams: 32, tls: { insecure-skip-verify: true } }\n"),
        {"h2load": _h2load(server.TLS, 8, 32, "https")}),
    "h2-one-tls": Work(
        "saturation over HTTP/2 and TLS 1.3, 64 connections with one stream each", "saturation",
        _plan("h2_one_tls", server.TLS, f"{{ users: 64, duration: {SECONDS}s }}", scheme="https",
              head="http: { version: 2, connections: per-user, tls: { insecure-skip-verify: true } }\n"),
        {"h2load": _h2load(server.TLS, 64, 1, "https")}),
    "open-5000": _open("open model, 5,000 requests a second", "open_5000", 5_000, peers=_open_peers(5_000)),
    "open-5000-high": _open("open model, 5,000 requests a second, with precision: high", "open_5000_high", 5_000, "precision: high\n",
                            {"c-loop": _c_loop(5_000)}),
    "half": _open("open model, 75,000 requests a second, about half of saturation", "half", 75_000),
    "half-high": _open("open model, 75,000 requests a second, with precision: high", "half_high", 75_000, "precision: high\n",
                       {"c-loop": _c_loop(75_000)}),
    "think-10000": Work(
        "10,000 users that think for 0.5 to 0.9 s", "rate",
        _plan("think_10000", server.KEEP_ALIVE, f"{{ users: 10000, spawn: 5000/s, duration: {SECONDS}s }}",
              scenario=[f'get: "/customerdata/{_ID}"\n    name: "/customerdata/{{id}}"', "think: 500ms..900ms"]),
        {
            "hyperfoil": _hyperfoil("thinking.yaml", server.KEEP_ALIVE, "USERS=10000"),
            "locust-fast": _locust("Thinking", server.KEEP_ALIVE, users=10_000, spawn=2_000),
        }),
    "think-100000": _many(100_000),
    # With two cores the server would have a part of both, and what it leaves, and how many answers come from the other
    # core, differs by more than what is sought. So the workers share one core by time, which counts against them.
    "two-workers": _on_one_core(
        "saturation by two workers, beside one, and beside one with two event loops, all on the one core and with 64 "
        "connections for each event loop: 0.95 of one worker's requests for each CPU-second is 1.9 times as much from two "
        "cores",
        {"one-worker": _on_one_core("", {}, 1), "two-loops": _on_one_core("", {}, 2)}, 1, 1),
}


def build():
    """Builds Muster where it is new or changed, so that no start has to wait for that."""
    subprocess.run([MUSTER, "--version"], check=True, capture_output=True)


class Muster:
    """A coordinator on the server's core; workers come and go on the generator's."""

    PORT = 17400

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        build()
        self._coordinator = machine.start(
            [MUSTER, "coordinator", "--insecure", "--port", str(self.PORT), "--data", str(self.folder / "data")],
            machine.SERVER_CORE, self.folder / "coordinator.log")
        machine.await_port(self.PORT, self._coordinator, self.folder / "coordinator.log")

    def begin(self, name, work):
        """Starts the workers and hands in the plan; returns them, and the process that waits for the results."""
        plan = self.folder / f"{name}.yaml"
        plan.write_text(work.plan)
        results = self.folder / f"{name}-results"
        shutil.rmtree(results, ignore_errors=True)
        # Handed in first, so that nothing of its start falls into the time that is measured.
        submitted = machine.start(
            [MUSTER, "submit", str(plan), "--insecure", "--to", f"127.0.0.1:{self.PORT}", "-w", str(len(work.workers)), "--headless", "--out",
             str(results)], machine.SERVER_CORE, self.folder / "submit.log")
        workers = []
        for i, cores in enumerate(work.workers):
            sources = work.sources[i::len(work.workers)]
            workers.append(machine.start(
                [MUSTER, "worker", "--insecure", "--join", f"127.0.0.1:{self.PORT}", "--name", f"worker-{i}",
                 "--event-loops", str(len(cores)), *(["--source-address", ",".join(sources)] if sources else [])],
                ",".join(map(str, cores)), self.folder / "worker.log",
                {"MUSTER_JAVA_OPTS": os.environ.get("MUSTER_WORKER_OPTS", "")}))
        return workers, submitted

    def lag(self, name):
        """p50 and p99 of the generator's own delay in the last run, in milliseconds, and its verdict."""
        summaries = sorted((self.folder / f"{name}-results").glob("*/summary.json"))
        if not summaries:
            return None
        summary = json.loads(summaries[-1].read_text())
        lag = summary["scheduleLag"]
        return lag["p50Ms"], lag["p99Ms"], summary["verdict"]["state"]

    def close(self):
        machine.end(self._coordinator)
