"""Client tokens: a call that comes again under the same token gets the answer of the first, and does nothing."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from call import Call

ACTIONS = ("RunInstances", "CreateFleet", "CreateLaunchTemplate")
# A call's answer: status, headers, body.
Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Remembered:
    """What came under a token first."""

    parameters: dict[str, str]
    answer: Answer


class Mismatch(Exception):
    """The token came before with other parameters."""


class Tokens:
    """The answers given so far, by token; kept until they are cleared."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, ...], Remembered] = {}
        self._turns: dict[tuple[str, ...], threading.Lock] = defaultdict(threading.Lock)

    def answer(self, call: Call, carry_out: Callable[[], Answer]) -> tuple[Answer, bool]:
        """The answer, and whether it is a remembered one. Raises Mismatch.

        Two at once under one token take turns, so that the second hears what came of the first. What failed is not
        remembered: as with the real service, it may be tried again.
        """
        token = call.parameters.get("ClientToken")
        if call.service != "ec2" or call.action not in ACTIONS or not token or call.dry:
            return carry_out(), False
        key = (call.account_key, call.region, call.action, token)
        with self._lock:
            turn = self._turns[key]
        with turn:
            before = self._answers.get(key)
            if before is None:
                answer = carry_out()
                if answer[0] == 200:
                    self._answers[key] = Remembered(call.parameters, answer)
                return answer, False
            if before.parameters != call.parameters:
                raise Mismatch(token)
            return before.answer, True

    def clear(self) -> None:
        """Forgets all of them."""
        with self._lock:
            self._answers.clear()
            self._turns.clear()
