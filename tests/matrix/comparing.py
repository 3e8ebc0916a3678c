"""Comparing an answer with that for what is not there, and telling how many answers differed."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from typing import Final

import pytest

from tests.delegation.scene import ACTORS
from tests.matrix.ways import Answer, Asker

IS_FULL: Final = os.environ.get("MATRIX") == "full"
Note = Callable[[str, object], None]
# Asking everything takes an hour: each actor is a test of its own, so that one says at once what differs for it.
each_actor: Final = pytest.mark.parametrize(
    "actors", [(one,) for one in ACTORS] if IS_FULL else [ACTORS], ids=lambda found: found[0] if IS_FULL else "all"
)


def unlike_nothing(
    asker: Asker, key: Hashable, ask: Callable[[str], Answer], names: tuple[str, str], answer: Answer | None = None
) -> str:
    """Say how the answer differs from that for what is not there: in its bytes, or in the number of statements.

    `names` are those of what may not be seen and of what is not there, `answer` what was said of the first, and `key`
    stands for the way of asking.
    """
    name, nothing = names
    answer = answer or ask(name)
    missing = asker.ask_once((key, nothing), lambda: ask(nothing))
    if (answer.masked, answer.statements) != (missing.masked, missing.statements):  # when everything was asked once
        answer, missing = ask(name), ask(nothing)
    if answer.masked != missing.masked:
        return f"{answer.status}, and what is not there {missing.status}: {_difference(answer, missing)}"
    if answer.statements != missing.statements:
        return f"{answer.statements} statements, and what is not there takes {missing.statements}"
    return ""


def tell(asked: int, wrong: list[str], note: Note) -> None:
    """Count the questions for the summary, and fail with everything that differed."""
    note("asked", asked)
    note("differed", len(wrong))
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong if IS_FULL else wrong[:40])


def _difference(answer: Answer, missing: Answer) -> str:
    one, other = answer.masked[1], missing.masked[1]
    if one == other:
        return f"{answer.masked[2:]} {missing.masked[2:]}"
    at = next((at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), 0)
    return f"…{one[max(0, at - 60) : at + 60]!r}… …{other[max(0, at - 60) : at + 60]!r}…"
