"""Personal data in what is about to be sent, shown where it stands, with a way to take it out (D9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from liaison.cases.actions.attaching import offered
from liaison.cases.personal import Found, Searched, findings_in, known_addresses, searched
from liaison.cases.wording import PERSONAL_KINDS
from liaison.files.models import StoredFile
from liaison.files.reading import is_read
from liaison.filing.problems import LABELS
from liaison.filing.setting import Setting
from liaison.filing.sheet import ANSWER, Sheet
from liaison.filing.vocabulary import Step
from liaison.lib.personal.finding import MARK

MOST_SHOWN = 20
REASON = "said_reason"


@dataclass(frozen=True)
class FindingView:
    """One finding: `press` is what the button *Remove* sends. `name` and `place` tell where in a file it stands."""

    label: str
    kind: str
    masked: str
    press: str
    name: str = ""
    place: str = ""


def search(sheet: Sheet, setting: Setting) -> Searched:
    """Search all texts and the attached files. Raises StorageAway where the files cannot be read now."""
    return searched(_texts(sheet, setting), offered(setting.actor, sheet.files), known_addresses(setting.actor))


def findings_of(sheet: Sheet, setting: Setting, step: Step | None = None) -> list[Found]:
    """Return what is found in the texts of one step, or of all, without the files."""
    texts = {field: text for field, text in _texts(sheet, setting).items() if step is None or _step_of(field) == step}
    return findings_in(texts, (), known_addresses(setting.actor))


def in_words(found: Sequence[Found], setting: Setting, sheet: Sheet) -> tuple[FindingView, ...]:
    """Return findings for the page, at most twenty; all kinds stand in `kinds_of`."""
    labels = {f"{ANSWER}{one.key}": one.name(setting.language) for one in setting.questions_of(sheet)}
    return tuple(
        FindingView(
            label=labels.get(one.field) or str(LABELS.get(one.field, "")),
            kind=str(PERSONAL_KINDS[one.kind]),
            masked=one.masked,
            press=f"drop:{one.file}" if one.file else f"remove:{one.field}:{one.start}:{one.end}",
            name=one.name,
            place=one.place,
        )
        for one in found[:MOST_SHOWN]
    )


def unsearched(files: Iterable[StoredFile], searched: Searched) -> tuple[str, ...]:
    """Return the names of the files that nobody but their sender can look through: pictures, and what is locked."""
    unread = {file.public_id for file in searched.unread}
    return tuple(file.name for file in files if file.public_id in unread or not is_read(file))


def kinds_of(found: Sequence[Found]) -> tuple[str, ...]:
    return tuple(sorted({one.kind.value for one in found}))


def is_said(found: Sequence[Found], sheet: Sheet) -> bool:
    """Say whether somebody said why everything that is found has to be sent; nothing found needs no words.

    The reason excuses nothing that stands in itself.
    """
    if any(one.field == REASON for one in found):
        return False
    return not found or (bool(sheet.said_reason.strip()) and set(kinds_of(found)) <= set(sheet.said_kinds))


def without(sheet: Sheet, setting: Setting, field: str, start: int, end: int) -> Sheet:
    """Return the sheet with a mark in place of a finding. What is no finding, or not any more, stays."""
    texts = _texts(sheet, setting)
    found = findings_in({field: texts[field]}, (), known_addresses(setting.actor)) if field in texts else []
    if not any((one.start, one.end) == (start, end) for one in found):
        return sheet
    changed = texts[field][:start] + MARK + texts[field][end:]
    if field.startswith(ANSWER):
        return replace(sheet, answers={**sheet.answers, field.removeprefix(ANSWER): changed})
    return replace(sheet, **{field: changed})  # type: ignore[arg-type]  # a field of texts, as `_texts` has them


def _texts(sheet: Sheet, setting: Setting) -> dict[str, str]:
    asked: Collection[str] = {one.key for one in setting.questions_of(sheet)}
    answers = {f"{ANSWER}{key}": text for key, text in sheet.answers.items() if key in asked and text}
    return {"title": sheet.title, "description": sheet.description, **answers, REASON: sheet.said_reason}


def _step_of(field: str) -> Step:
    return {"title": Step.SUBJECT, REASON: Step.REVIEW}.get(field, Step.DESCRIPTION)
