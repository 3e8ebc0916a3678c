"""Personal data in what is about to be sent: found before it is kept, and taken only when somebody says why (D9)."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.cases.checking import LONGEST_REASON, plain_text
from liaison.cases.requests import PersonalDataSaid
from liaison.cases.vocabulary import CaseCode
from liaison.cases.wording import PERSONAL_KINDS
from liaison.files.models import StoredFile
from liaison.files.names import split_name
from liaison.files.reading import texts_of
from liaison.files.unread import NotRead
from liaison.lib import personal
from liaison.lib.personal import PersonalKind
from liaison.lib.refusals import FieldProblem, Invalid

REASON: Final = "personal_data.reason"
"""The field of the reason itself, which is searched as well and excuses nothing in itself."""
_LONGEST: Final = 12.0


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `field` is where it was sent (`text`, `answers.steps`, `files`), `place` where in a file it stands.

    `file` is the public id of the file, empty for a text; one without a place is in the file's name. `start` and
    `end` count the text's characters.
    """

    field: str
    kind: PersonalKind
    masked: str
    start: int = 0
    end: int = 0
    file: str = ""
    name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, and the files (public ids) of which not everything could be searched."""

    found: tuple[Found, ...]
    unread: tuple[StoredFile, ...]


def searched(texts: Mapping[str, str], files: Iterable[StoredFile], known: Collection[str] = ()) -> Searched:
    """Search texts by field, and files with their names, these for twelve seconds in all.

    It reads files: not to be called while a row is locked. Raises StorageAway where they cannot be had.
    """
    found, unread = [*_in_texts(texts, known)], list[StoredFile]()
    until = time.monotonic() + _LONGEST
    for file in files:
        found += _in_name(file, known)
        try:
            for one in _in_file(file, known, until):
                found.append(one)  # what came before the file could be read no further counts
        except NotRead:
            unread.append(file)
    return Searched(tuple(found), tuple(unread))


def findings_in(texts: Mapping[str, str], files: Iterable[StoredFile], known: Collection[str] = ()) -> list[Found]:
    """Return what `searched` finds."""
    return list(searched(texts, files, known).found)


def require_said(
    texts: Mapping[str, str],
    files: Iterable[StoredFile],
    said: PersonalDataSaid | None,
    *,
    known: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the update keeps about it: the kinds found, and the reason why it is sent all the same.

    `unread` are the files (public ids) of which not everything could be searched. What is not the case is left out.
    Raises Invalid with one problem for each finding, unless `said` names every kind that was found and a reason that
    holds none itself, and StorageAway.
    """
    search = searched(texts, files, known)
    kept: dict[str, Any] = {"unread": [file.public_id for file in search.unread]} if search.unread else {}
    if not search.found:
        return kept
    kinds = {one.kind.value for one in search.found}
    reason = plain_text(said.reason)[:LONGEST_REASON] if said else ""
    in_reason = tuple(_in_texts({REASON: reason}, known))
    is_said = said is not None and bool(reason) and kinds <= set(said.kinds)
    if in_reason or not is_said:
        refused = (*search.found, *in_reason)
        raise Invalid(tuple(FieldProblem(one.field, CaseCode.PERSONAL_DATA, _facts(one)) for one in refused))
    return {"kinds": sorted(kinds), "reason": reason, **kept}


def refuse_any(texts: Mapping[str, str], known: Collection[str] = ()) -> None:
    """Raise Invalid for any finding in texts which nobody needs to write with personal data."""
    found = tuple(_in_texts(texts, known))
    if found:
        raise Invalid(tuple(FieldProblem(one.field, CaseCode.NO_PERSONAL_DATA, _facts(one)) for one in found))


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


def _in_name(file: StoredFile, known: Collection[str]) -> Iterator[Found]:
    # Without its ending, which would make another domain of an address.
    for one in personal.find(split_name(file.name)[0], known=known):
        yield Found("files", one.kind, one.masked, one.start, one.end, file.public_id, file.name)


def _in_file(file: StoredFile, known: Collection[str], until: float) -> Iterator[Found]:
    for place, text in texts_of(file, until=until):
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
