"""Personal data in what is about to be sent: found before it is kept, and taken only when somebody says why (D9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.cases.requests import PersonalDataSaid
from liaison.cases.vocabulary import CaseCode
from liaison.cases.wording import PERSONAL_KINDS
from liaison.files.models import StoredFile
from liaison.files.reading import texts_of
from liaison.lib import personal
from liaison.lib.personal import PersonalKind
from liaison.lib.refusals import FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `field` is where it was sent (`text`, `answers.steps`, `files`), `place` where in a file it stands.

    `file` is the public id of the file, empty for a text; `start` and `end` count the text's characters.
    """

    field: str
    kind: PersonalKind
    masked: str
    start: int = 0
    end: int = 0
    file: str = ""
    name: str = ""
    place: str = ""


def findings_in(texts: Mapping[str, str], files: Iterable[StoredFile], known: Collection[str] = ()) -> list[Found]:
    """Search texts by field and text-like files. It reads files: not to be called while a row is locked."""
    return [*_in_texts(texts, known), *_in_files(files, known)]


def require_said(
    texts: Mapping[str, str],
    files: Iterable[StoredFile],
    said: PersonalDataSaid | None,
    *,
    known: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the update keeps about it: empty, or the kinds found and the reason why it is sent all the same.

    Raises Invalid with one problem for each finding, unless `said` names every kind that was found and a reason.
    """
    found = findings_in(texts, files, known)
    kinds = {one.kind.value for one in found}
    if not kinds:
        return {}
    reason = said.reason.replace("\x00", "").strip()[:500] if said else ""
    if said is None or not reason or not kinds <= set(said.kinds):
        raise Invalid(tuple(FieldProblem(one.field, CaseCode.PERSONAL_DATA, _facts(one)) for one in found))
    return {"kinds": sorted(kinds), "reason": reason}


def known_addresses(actor: Actor, *people: Identity | None) -> frozenset[str]:
    """Return what may stand in a text: the addresses of whoever is on the case, and the operator's domains."""
    everybody = [*people, None if isinstance(actor, System) else actor]
    domains = frozenset({settings.PORTAL_HOST, settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")})
    return domains | frozenset(
        address
        for person in everybody
        if person is not None
        for address in (person.username, person.mailbox)
        if address
    )


def _in_texts(texts: Mapping[str, str], known: Collection[str]) -> Iterator[Found]:
    for field, text in texts.items():
        for one in personal.find(text, known=known):
            yield Found(field, one.kind, one.masked, one.start, one.end)


def _in_files(files: Iterable[StoredFile], known: Collection[str]) -> Iterator[Found]:
    for file in files:
        for place, text in texts_of(file):
            for one in personal.find(text, known=known):
                yield Found("files", one.kind, one.masked, one.start, one.end, file.public_id, file.name, place)


def _facts(one: Found) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "what": PERSONAL_KINDS[one.kind],
        "masked": one.masked,
        "start": one.start,
        "end": one.end,
        "file": one.file,
        "name": one.name,
        "place": one.place,
    }
