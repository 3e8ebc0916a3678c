"""What is wrong with the source's messages and with their translations. Pure: values in, sentences out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from liaison.config.messages.catalogues import Language, messages_of, translations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Catalog, Message

    from liaison.config.messages.sources import Found, Key

# Polish would have to inflect the name of the person it greets, so it greets nobody by name.
_MAY_BE_LEFT_OUT: Final = {"Hello %(name)s,": frozenset({"name"})}
_NAMED = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)[sd]")
_POSITIONAL = re.compile(r"(?<!%)(?:%%)*%[-+ #0-9.]*[sdrfiu](?!\w)")
_TAG = re.compile(r"</?[a-z][^<>]*>")


@dataclass(frozen=True)
class Problem:
    """One thing to mend, and in which language; the source itself is `en`."""

    language: str
    msgid: str
    what: str

    def __str__(self) -> str:
        return f"{self.language}: {self.what}: {self.msgid!r}"


def problems_of_source(found: Iterable[Found]) -> Iterator[Problem]:
    """Only named placeholders: a translator must be able to put them in another order (style rule 11)."""
    for message in found:
        for text in (message.key.msgid, message.key.plural):
            if _POSITIONAL.search(text):
                yield Problem("en", text, f"has a placeholder without a name, in {', '.join(message.places)}")


def problems_of_catalogue(language: Language, catalogue: Catalog, found: Iterable[Key]) -> Iterator[Problem]:
    """Missing, out of date, fuzzy, untranslated, and translations that do not fit their source."""
    expected = set(found)
    kept = dict(messages_of(catalogue))
    for key in sorted(expected - set(kept), key=lambda key: key.msgid):
        yield Problem(language.code, key.msgid, "is not in the catalogue (run `update`)")
    for key in sorted(set(kept) - expected, key=lambda key: key.msgid):
        yield Problem(language.code, key.msgid, "is no longer in the source (run `update`)")
    for key, message in kept.items():
        if key in expected:
            yield from _problems_of_message(language, key, message)


def _problems_of_message(language: Language, key: Key, message: Message) -> Iterator[Problem]:
    if message.fuzzy:
        yield Problem(language.code, key.msgid, "is marked fuzzy")
    forms = translations_of(message)
    if not all(form.strip() for form in forms):
        yield Problem(language.code, key.msgid, "is not translated")
        return
    for index, form in enumerate(forms):
        what = misfit(key, form, is_for_one=len(forms) > 1 and index == 0)
        if what:
            yield Problem(language.code, key.msgid, what)


def misfit(key: Key, form: str, *, is_for_one: bool) -> str:
    """Say what makes a translation unfit for its message, or nothing.

    A plural's form for one may leave the number out, as English does ("One user"); every other form names it.
    """
    wanted = _placeholders(key.plural or key.msgid)
    allowed = [wanted, _placeholders(key.msgid)] if is_for_one else [wanted]
    allowed.append(wanted - _MAY_BE_LEFT_OUT.get(key.msgid, frozenset()))
    if _placeholders(form) not in allowed:
        names = ", ".join(sorted(wanted)) or "none"
        return f"must have the placeholders {names} in {form!r}"
    if _POSITIONAL.search(form):
        return f"has a placeholder without a name in {form!r}"
    if sorted(_TAG.findall(form)) not in [sorted(_TAG.findall(text)) for text in (key.msgid, key.plural)]:
        return f"must have the same tags in {form!r}"
    if form.endswith("\n") != key.msgid.endswith("\n") or form.startswith("\n") != key.msgid.startswith("\n"):
        return f"must begin and end with the same line breaks in {form!r}"
    return ""


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(_NAMED.findall(text))
