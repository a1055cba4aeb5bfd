"""What the kernel tells of processes, and how they are kept to one core."""

import os
import resource
import signal
import socket
import subprocess
import time

SERVER_CORE = 0
GENERATOR_CORE = 1

_TICKS = os.sysconf("SC_CLK_TCK")


def start(command, core, log, environment=None):
    """Starts `command` on one core, or on several as taskset(1) lists them; its output goes to the file `log`."""
    with open(log, "ab") as out:
        return subprocess.Popen(
            ["taskset", "-c", str(core), *command],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            env={**os.environ, **(environment or {})})


def processes_for(connections):
    """How many processes may hold so many connections together, each with the files that it may open."""
    return -(-connections // (min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_000) - 1_000))


def end(process, patience=10.0):
    """Ends `process` and what it started, politely at first; returns its CPU-seconds, or None."""
    if process.poll() is not None:
        return None
    os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        pid, _, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = 0
            return usage.ru_utime + usage.ru_stime
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return None


def await_port(port, process, log):
    """Waits until something listens on a port of this machine."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                end(process)
                raise SystemExit(f"nothing listens on port {port}; see {log}")
            time.sleep(0.05)


def wait(process, patience):
    """Waits until `process` ends by itself; returns its CPU-seconds, or None when it does not."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        time.sleep(0.05)
    end(process)
    return None


def cpu_seconds(pid):
    """User and system time of a process and of its ended children, in seconds: /proc/PID/stat, proc(5)."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(int(fields[i]) for i in (11, 12, 13, 14)) / _TICKS


def tree_cpu_seconds(pid):
    """As cpu_seconds, with the children that still run."""
    total = 0.0
    try:
        total += cpu_seconds(pid)
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            pids = children.read().split()
    except FileNotFoundError:
        return total
    return total + sum(tree_cpu_seconds(int(child)) for child in pids)


def resident_mib(pid):
    """The memory of a process that is in RAM, at its most, in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def busy_seconds(core):
    """How long a core has worked since the machine started, in seconds: /proc/stat, proc(5)."""
    with open("/proc/stat", encoding="ascii") as stat:
        for line in stat:
            if line.startswith(f"cpu{core} "):
                user, nice, system, _, _, irq, softirq = map(int, line.split()[1:8])
                return (user + nice + system + irq + softirq) / _TICKS
    raise LookupError(f"no core {core}")
