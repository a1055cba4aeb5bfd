#!/usr/bin/env python3
"""A server that answers each request exactly so long after it has come: exact.py PORT MILLISECONDS

It never sleeps, so that no timer makes it late. When it is told to end it prints the p50, p99 and max of the times that it
took, in milliseconds, as JSON: what was asked for, and what it could not help.
"""

import collections
import json
import select
import signal
import socket
import sys
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


def serve(port, delay_ns):
    """Serves until SIGTERM; returns how long each answer took, in nanoseconds."""
    took = []
    ending = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    listener.setblocking(False)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    guests = {}
    due = collections.deque()
    while not ending:
        for fd, _ in poll.poll(0):
            if fd == listener.fileno():
                guest, _ = listener.accept()
                guest.setblocking(False)
                guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                guests[guest.fileno()] = guest
                poll.register(guest, select.EPOLLIN)
                continue
            now = time.monotonic_ns()
            try:
                read = guests[fd].recv(65536)
            except ConnectionError:
                read = b""
            if not read:
                poll.unregister(fd)
                guests.pop(fd).close()
            # Requests without a body, each read whole, as they are small.
            due.extend((now, guests[fd]) for _ in range(read.count(b"\r\n\r\n")))
        while due and time.monotonic_ns() - due[0][0] >= delay_ns:
            came, guest = due.popleft()
            try:
                guest.send(ANSWER)
                took.append(time.monotonic_ns() - came)
            except OSError:
                pass
    return sorted(took)


def main():
    took = serve(int(sys.argv[1]), int(float(sys.argv[2]) * 1e6))
    at = lambda part: took[min(len(took) - 1, int(part * len(took)))] / 1e6 if took else 0.0
    print(json.dumps({"p50Ms": at(0.5), "p90Ms": at(0.9), "p99Ms": at(0.99), "maxMs": at(1)}), flush=True)


if __name__ == "__main__":
    main()
