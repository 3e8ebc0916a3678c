"""Cases to be filed over HTTP: by a token, and as drafts of which only the last button is still to be pressed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.middleware.csrf import _get_new_csrf_string  # what the form would send

from case_parts.load import Ask
from case_parts.texts import LANGUAGES, text, title, words_of
from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.sessions import SessionStore
from liaison.accounts.vocabulary import TokenScope
from liaison.cases.requests import NewCase
from liaison.catalog.vocabulary import CaseSeverity
from liaison.filing.models import Draft
from liaison.filing.sheet import Sheet, as_data
from liaison.lib.bulk import as_json, insert_rows
from liaison.lib.ids import new_public_id

_PRODUCT: Final = "other"
_CATEGORY: Final = "question"
_FILERS: Final = 64
_DRAFT: Final = ("public_id", "identity_id", "account_id", "data", "step", "version", "created_at", "saved_at")
Filer = tuple[Identity, str]


def new_case(actor: Identity, seed: int) -> NewCase:
    """Return a case as the others are."""
    name, written = _texts(seed)
    return NewCase(
        account=actor.account, product=_PRODUCT, title=name, description=written, category=_CATEGORY, answers={},
        severity=CaseSeverity.MEDIUM, language="en", time_zone="Europe/Rome",
    )  # fmt: skip


def by_token(people: list[Filer], count: int, now: datetime) -> Iterator[Ask]:
    """Yield so many cases sent to the API, by people in turns, each with a token."""
    tokens = [
        accounts.create_api_token(
            actor=one, name="bench", scopes=(TokenScope.WRITE,), expires_at=now + timedelta(days=1), now=now
        )[1]
        for one, _cookie in people[:_FILERS]
    ]
    for number in range(count):
        name, written = _texts(number)
        body = json.dumps(
            {"product": _PRODUCT, "category": _CATEGORY, "title": name, "description": written, "severity": "medium"}
        ).encode()
        head = (
            f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {tokens[number % len(tokens)]}"
            f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield Ask(head.encode() + body, 201, b'"state": "new"')


def by_form(people: list[Filer], count: int, now: datetime) -> Iterator[Ask]:
    """Yield so many drafts, each sent by the button of its last step; the answer leads to the page of what is filed."""
    filers = [(identity, cookie, _csrf(cookie)) for identity, cookie in people[:_FILERS]]
    drafts = [new_public_id() for _ in range(count)]
    insert_rows(Draft, _DRAFT, [_draft(key, filers[at % len(filers)][0], at, now) for at, key in enumerate(drafts)])
    for at, key in enumerate(drafts):
        _identity, cookie, token = filers[at % len(filers)]
        body = urlencode({"csrfmiddlewaretoken": token, "press": "submit", "version": "1", "page": "bench"}).encode()
        head = (
            f"POST /u/0/cases/new/{key}?step=review HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield Ask(head.encode() + body, 302, b"/filed")


def _draft(key: str, identity: Identity, at: int, now: datetime) -> tuple[Any, ...]:
    name, written = _texts(at)
    sheet = Sheet(
        about=f"product:{_PRODUCT}", title=name, category=_CATEGORY, description=written, suggested=3,
        language="en", time_zone="Europe/Rome",
    )  # fmt: skip
    return key, identity.pk, identity.account.pk, as_json(as_data(sheet)), "review", 1, now, now


def _csrf(cookie: str) -> str:
    """Put a token against forged forms into a session, as the first form that it is shown does."""
    store = SessionStore(session_key=cookie.partition("=")[2])
    store["_csrftoken"] = _get_new_csrf_string()
    store.save()
    return str(store["_csrftoken"])


_CHANCE: Final = random.Random(11)  # the same texts each time
_WORDS: Final = {language: words_of(language, _CHANCE) for language in LANGUAGES}


def _texts(seed: int) -> tuple[str, str]:
    chance = random.Random(seed)  # as above
    chosen = _WORDS[LANGUAGES[seed % len(LANGUAGES)]]
    return title(chosen, chance), text(chosen, chance)
