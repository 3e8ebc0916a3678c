"""What is left of an objective: of the failures it allows in 30 days, the share that was not used yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from liaison.catalog.rules import Measure, Rule

PERIOD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Objective:
    """What a rule aims at: of the calls of these actions (none named: of all) at least `share` shall not fail."""

    share: float
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """How an objective stands. `left` is 1 while nothing failed, 0 when all is used up, and less when more failed."""

    objective: Objective
    calls: int
    errors: int

    @property
    def left(self) -> float | None:
        """None without calls: nothing was asked, so nothing was missed."""
        allowed = self.calls * (1 - self.objective.share)
        return None if allowed <= 0 else 1 - self.errors / allowed


def objective_of(rules: Iterable[Rule]) -> Objective | None:
    """Return the strictest objective of the rules that measure one; None where none does."""
    found = [rule for rule in rules if rule.measure is Measure.BURN_RATE and 0 < rule.objective < 1]
    strictest = max(found, key=lambda rule: rule.objective, default=None)
    return None if strictest is None else Objective(strictest.objective, tuple(strictest.actions))
