"""What a browser sent from the form: which button was pressed, on which step, and from which version."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from liaison.filing.sheet import one_line
from liaison.filing.vocabulary import STEPS, Step

_MOST_DIGITS = 9
LONGEST_SHOWING = 13
"""Characters of the random name that each showing of the form has."""


class Press(StrEnum):
    NEXT = "next"
    BACK = "back"
    GO_TO = "goto"
    SAVE = "save"
    AUTOSAVE = "autosave"
    REFRESH = "refresh"
    REMOVE = "remove"
    DROP = "drop"
    LINK = "link"
    UNLINK = "unlink"
    NORMAL = "normal"
    ANOTHER = "another"
    SUBMIT = "submit"
    KEEP = "keep"
    ASK = "ask"


@dataclass(frozen=True)
class Posted:
    """`argument` is what stands behind the colon of a button: `goto:review`, `drop:<file>`."""

    press: Press
    argument: str
    step: Step
    version: int
    page: str
    part: str
    wanted: str

    @property
    def is_quiet(self) -> bool:
        """Whether nobody pressed anything: the form saves itself, or shows what depends on a choice."""
        return self.press in {Press.AUTOSAVE, Press.REFRESH}


def read_post(post: QueryDict, step: Step) -> Posted:
    """Return what was sent; what is none of ours counts as *next*."""
    # htmx adds its own value behind that of a button.
    name, _colon, argument = one_line((post.getlist("press") or ["next"])[-1]).partition(":")
    press = next((one for one in Press if one == name), Press.NEXT)
    version = whole(argument) if press is Press.KEEP else whole(post.get("version", ""))
    return Posted(
        press=press,
        argument=argument,
        step=step,
        version=version,
        page=one_line(post.get("page", ""))[:LONGEST_SHOWING],
        part=one_line(post.get("part", "")),
        wanted=one_line(post.get("wanted", ""))[:200],
    )


def step_named(name: str, default: Step = Step.SUBJECT) -> Step:
    return next((step for step in Step if step == name), default)


def after(step: Step) -> Step:
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def before(step: Step) -> Step:
    return STEPS[max(STEPS.index(step) - 1, 0)]


def whole(text: str) -> int:
    """Return a whole number, 0 for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
