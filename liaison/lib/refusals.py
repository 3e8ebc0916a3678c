"""Why something is not done. Verbs raise these; pages and API turn them into words at the edge.

A refusal carries a code of its room's own `StrEnum` and the facts that its sentence needs, never words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not an error of ours
    """Base of all refusals; `status` is the HTTP status that pages and API answer with.

    `afterwards` writes down what must be known of it: not by the verb, whose transaction it undoes.
    """

    status = 400
    afterwards: Callable[[], None] | None = None

    def __init__(self, code: StrEnum, **facts: Any) -> None:
        super().__init__(str(code))
        self.code = code
        self.facts: Mapping[str, Any] = facts

    def keep(self) -> None:
        """Write down what must be known of it, once. For whoever turns it into an answer, outside of a transaction."""
        keep, self.afterwards = self.afterwards, None
        if keep is not None:
            keep()


class CommonCode(StrEnum):
    """Codes that every room shares."""

    MISSING = "missing"
    NOT_ALLOWED = "not_allowed"
    INVALID = "invalid"


class Missing(Refusal):
    """It does not exist, or the actor may not see it: both look the same (invariant 6)."""

    status = 404

    def __init__(self) -> None:
        super().__init__(CommonCode.MISSING)


class Forbidden(Refusal):
    """The actor sees it and may not do this; the code says why."""

    status = 403


class Conflict(Refusal):
    """It is not possible now: the state does not allow it, or somebody else was faster."""

    status = 409


@dataclasses.dataclass(frozen=True)
class FieldProblem:
    """One thing wrong in one field. `field` is a path such as `technical_emergency_contacts.2.address`."""

    field: str
    code: StrEnum
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Invalid(Refusal):
    """What was given cannot be taken as it is; every problem is listed at once."""

    status = 422

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(CommonCode.INVALID)
        self.problems = problems
