"""What became of a batch of signals."""

from __future__ import annotations

from typing import Self

from ninja import Schema

from liaison.signals.actions import Taken
from liaison.web import wording


class RefusedSignal(Schema):
    """A line that does not count; `line` is its number, from 1."""

    line: int
    code: str
    detail: str


class TakenBatch(Schema):
    """How many lines count. `is_repeat`: the batch was taken before, and nothing was counted again."""

    accepted: int
    refused: int
    is_repeat: bool
    problems: list[RefusedSignal]

    @classmethod
    def of(cls, taken: Taken) -> Self:
        problems = [
            RefusedSignal(line=each.line, code=each.code.value, detail=wording.text(each.code, each.facts))
            for each in taken.problems
        ]
        return cls(accepted=taken.accepted, refused=taken.refused, is_repeat=taken.is_repeat, problems=problems)
