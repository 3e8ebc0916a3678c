"""The form as data: what stands in each of its fields, read from a draft or from what a browser sent. Pure.

Everything is kept as it was typed, whether it can be used or not: what is wrong with it, `checking` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from django.http import QueryDict

from liaison.filing.vocabulary import MOST_FILES, Step
from liaison.lib import text
from liaison.lib.text import nfc

ANSWER: Final = "answers."
_MOST: Final = 50
# Of no use in a text, and PostgreSQL keeps no NUL.
_UNUSABLE: Final = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0x7F: None}


@dataclass(frozen=True)
class Sheet:
    """Everything that a case is filed with, as typed.

    `about` is `integration:<public id>` or `product:<key>`. `answers` are by the keys of the category's questions.
    `files` and `incidents` are public ids, `follows` is a case's number. `suggested` is the severity (1 to 4) that an
    incident suggests; ticked `impacts` outweigh it. `said_kinds` are the kinds of personal data that somebody sends
    all the same, for `said_reason`.
    """

    about: str = ""
    title: str = ""
    category: str = ""
    criterion: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    files: tuple[str, ...] = ()
    impacts: tuple[str, ...] = ()
    suggested: int = 0
    language: str = ""
    time_zone: str = ""
    incidents: tuple[str, ...] = ()
    follows: str = ""
    said_kinds: tuple[str, ...] = ()
    said_reason: str = ""

    @property
    def kind_of_subject(self) -> str:
        return self.about.partition(":")[0]

    @property
    def key_of_subject(self) -> str:
        return self.about.partition(":")[2]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that somebody would miss."""
        return not (self.title or self.description or self.files or any(self.answers.values()) or self.impacts)


def as_data(sheet: Sheet) -> dict[str, Any]:
    """Return the sheet as JSON."""
    return asdict(sheet)


def of_data(data: Mapping[str, Any]) -> Sheet:
    """Return a sheet that was kept, by this version of the program or by another one."""
    known: dict[str, Any] = {}
    for one in fields(Sheet):
        value = data.get(one.name)
        if value is not None and isinstance(value, _SHAPES.get(one.name, str)):
            known[one.name] = tuple(value) if isinstance(value, list) else value
    return Sheet(**known)


def taken(sheet: Sheet, step: Step, posted: QueryDict) -> Sheet:
    """Return the sheet with what a browser sent from one step; the fields of the other steps stay."""
    return _TAKERS[step](sheet, posted)


def cleaned(value: Any) -> str:
    """Return a text as it can be kept: composed, with plain line ends, without control characters."""
    return nfc(str(value)).replace("\r\n", "\n").replace("\r", "\n").translate(_UNUSABLE)


def one_line(value: Any) -> str:
    """Return the same as one line."""
    return text.one_line(str(value))


def _subject(sheet: Sheet, posted: QueryDict) -> Sheet:
    about = one_line(posted.get("about", sheet.about))
    category = one_line(posted.get("category", "" if "category_shown" in posted else sheet.category))
    return replace(
        sheet,
        about=about,
        title=one_line(posted.get("title", sheet.title)),
        category=category,
        criterion=one_line(posted.get("criterion", "" if "category_shown" in posted else sheet.criterion)),
    )


def _description(sheet: Sheet, posted: QueryDict) -> Sheet:
    # What was asked and is not now keeps its answer: it may be asked again.
    given = {key.removeprefix(ANSWER): cleaned(posted.get(key)) for key in posted if key.startswith(ANSWER)}
    unticked = {key: "" for key in posted.getlist("question") if key not in given}
    answers = {**sheet.answers, **dict(list((unticked | given).items())[:_MOST])}
    files = tuple(one_line(one) for one in posted.getlist("files")) if "files_shown" in posted else sheet.files
    return replace(
        sheet,
        answers=answers,
        description=cleaned(posted.get("description", sheet.description)),
        # One more than may be, so that it is said.
        files=tuple(dict.fromkeys(one for one in files if one))[: MOST_FILES + 1],
    )


def _severity(sheet: Sheet, posted: QueryDict) -> Sheet:
    return replace(
        sheet,
        impacts=tuple(one_line(one) for one in posted.getlist("impacts"))[:_MOST],
        language=one_line(posted.get("language", sheet.language)),
        time_zone=one_line(posted.get("time_zone", sheet.time_zone)),
    )


def _review(sheet: Sheet, posted: QueryDict) -> Sheet:
    if "said_reason" not in posted:
        return sheet
    return replace(
        sheet,
        said_kinds=tuple(one_line(one) for one in posted.getlist("said_kinds"))[:_MOST],
        said_reason=cleaned(posted.get("said_reason", "")),
    )


_TAKERS: Final[Mapping[Step, Callable[[Sheet, QueryDict], Sheet]]] = {
    Step.SUBJECT: _subject,
    Step.DESCRIPTION: _description,
    Step.SEVERITY: _severity,
    Step.REVIEW: _review,
}
_SHAPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "answers": dict,
    "suggested": int,
    **dict.fromkeys(("files", "impacts", "incidents", "said_kinds"), (list, tuple)),
}
