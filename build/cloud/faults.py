"""Errors and delays on request: what the next calls of an action answer instead of, or before, their own answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

EVERY = -1


@dataclass
class Fault:
    """What befalls some calls of one action."""

    code: str = ""
    http: int = 400
    message: str = ""
    # How many calls it befalls, EVERY for all of them, and how many it lets pass before.
    times: int = 1
    after: int = 0
    # How long such a call waits first.
    hang_ms: int = 0
    # Whether the call is carried out all the same, and only its answer is replaced: as if that had been lost.
    done: bool = False

    def __post_init__(self) -> None:
        if not self.code and not self.hang_ms:
            raise ValueError("a fault has a code, or hang_ms, or both")
        if self.done and not self.code:
            raise ValueError("done replaces an answer, so it needs a code")
        self.message = self.message or f"{self.code} on request"


class Faults:
    """The faults that are waiting for calls; those of one action are used up in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, action: str, settings: dict[str, Any]) -> None:
        """Raises TypeError or ValueError where the settings make no fault."""
        fault = Fault(**settings)
        with self._lock:
            self._waiting.setdefault(action, []).append(fault)

    def take(self, action: str) -> Fault | None:
        """The fault that befalls this call, counted as used."""
        with self._lock:
            for fault in self._waiting.get(action, []):
                if fault.after > 0:
                    fault.after -= 1
                    return None
                if fault.times != 0:
                    if fault.times != EVERY:
                        fault.times -= 1
                    return fault
        return None

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._waiting.clear()
