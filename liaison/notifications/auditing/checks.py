"""The registry of checks: rooms above say whether something of theirs should have been announced and was not.

Filled in `AppConfig.ready()`. A check costs one query, and looks at no more than the last day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.notifications.auditing.judging import Seen

Check = Callable[[datetime], Seen]

_checks: list[Check] = []


def register(check: Check) -> None:
    if check not in _checks:
        _checks.append(check)


def registered_checks() -> tuple[Check, ...]:
    return tuple(_checks)
