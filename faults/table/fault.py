"""What a fault is: data, and one small function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults.scene import Scene


@dataclass(frozen=True)
class Fault:
    """`run` returns when the fault has ended; everything owed must arrive within `recovers_in` seconds after that.

    `rounds` is how often it runs, each time with another random offset. `load` is the ordinary alerts per second
    meanwhile. `in_quick` says that the short form has it.
    """

    name: str
    what: str
    run: Callable[[Scene], None]
    rounds: int = 5
    recovers_in: float = 30.0
    load: float = 4.0
    in_quick: bool = False
