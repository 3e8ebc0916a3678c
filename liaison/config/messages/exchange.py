"""Giving the messages of one language to translators as JSON, and taking their work in again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from liaison.config.messages import catalogues
from liaison.config.messages.problems import misfit
from liaison.config.messages.sources import Key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

    from liaison.config.messages.catalogues import Language
    from liaison.config.messages.sources import Found

_SHORT_POLISH_WORD = re.compile(r"(?<![\w])([wziouaWZIOUA]) (?=\S)")


def export(language: Language, found: Mapping[Key, Found], *, only_open: bool = False) -> str:
    """Return a JSON list of `{msgid, plural, context, comment, where, current}`.

    `current` is the list of forms as they are now, as many as the language has (one without a plural), each
    "" where untranslated. With `only_open` it holds only what is not translated yet.
    """
    rows = []
    messages = dict(catalogues.messages_of(catalogues.read(language)))
    for key in sorted(messages, key=_order):
        current = [form or "" for form in catalogues.translations_of(messages[key])]
        if only_open and all(current):
            continue
        source = found.get(key)
        rows.append(
            {
                "msgid": key.msgid,
                "plural": key.plural,
                "context": key.context,
                "comment": " ".join(source.comments) if source else "",
                "where": source.places if source else [],
                "current": current,
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def take_in(language: Language, text: str, folder: Path = catalogues.LOCALE_FOLDER) -> tuple[int, list[str]]:
    """Put the `current` of each row into the catalogue; return how many, and why others were refused."""
    catalogue = catalogues.read(language, folder)
    messages = dict(catalogues.messages_of(catalogue))
    taken, refused = 0, []
    for row in json.loads(text):
        key = Key(row["msgid"], row.get("plural") or "", row.get("context") or "")
        why = _take(language, catalogue, messages.get(key), key, row)
        if why:
            refused.append(f"{key.msgid!r}: {why}")
        else:
            taken += 1
    catalogues.write(language, catalogue, folder)
    return taken, refused


def _take(language: Language, catalogue: Catalog, message: Message | None, key: Key, row: Mapping[str, Any]) -> str:
    if message is None:
        return "the catalogue has no such message"
    given = row["current"]
    forms = [given] if isinstance(given, str) else list(given)
    wanted = catalogue.num_plurals if key.plural else 1
    if len(forms) != wanted:
        return f"it needs {wanted} forms, not {len(forms)}"
    if language.code == "pl":
        forms = [keep_short_words_with_the_next(form) for form in forms]
    for index, form in enumerate(forms):
        why = misfit(key, form, is_for_one=len(forms) > 1 and index == 0) if form else "it is empty"
        if why:
            return why
    message.string = tuple(forms) if key.plural else forms[0]
    message.flags.discard("fuzzy")
    return ""


def keep_short_words_with_the_next(text: str) -> str:
    """Polish lines never end with w, z, i, o, u or a: a no-break space keeps them with the next word."""
    return _SHORT_POLISH_WORD.sub("\\1\N{NO-BREAK SPACE}", text)


def _order(key: Key) -> tuple[str, str]:
    return key.msgid, key.context
