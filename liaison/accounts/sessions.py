"""Sessions, one cookie per identity slot. One query reads session, identity, account and privileges together.

This module is also Django's session engine (`SESSION_ENGINE`), because allauth and `login()` ask for one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare

from liaison.accounts.models import Identity, Session
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.session_facts import all_annotations
from liaison.accounts.slots import SLOTS, slot_of
from liaison.lib.clock import utc_now
from liaison.lib.prepared import Prepared
from liaison.web.headers import add_vary

COOKIE_PREFIX = "liaison_session_"


def cookie_name(slot: int) -> str:
    """Return the name of the slot's cookie. Each slot has its own, so a tab can never become somebody else."""
    return f"{COOKIE_PREFIX}{slot}"


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """A session in `accounts_session`, found by the hash of its key."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row_identity: Identity | None = None
        self.facts: Mapping[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        row = _find(self.session_key) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        self.row_identity = _valid_identity(row)
        # What rooms above asked to be read; it stands on the row beside the columns.
        self.facts = vars(row)
        data: dict[str, Any] = row.data
        if row.identity_id and self.row_identity is None:
            return {}
        return data

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=hash_key(session_key)).exists()

    def create(self) -> None:
        self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # not in the stubs
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:  # Django's own signature
        if self.session_key is None:
            self.create()
            return
        now = utc_now()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # not in the stubs
        values = {
            "data": data,
            "identity_id": data.get(SESSION_KEY),
            "expires_at": now + timedelta(seconds=self.get_expiry_age()),
        }
        if must_create:
            Session.objects.create(key_hash=hash_key(self.session_key), created_at=now, **values)
        elif not Session.objects.filter(key_hash=hash_key(self.session_key)).update(**values):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(key_hash=hash_key(key)).delete()
        self.row_identity = None

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=utc_now()).delete()


def _rows(now: datetime) -> QuerySet[Session]:
    """Read sessions with identity, account and privileges."""
    holding = Session.objects.filter(expires_at__gt=now).select_related("identity__domain__account")
    return holding.annotate(roles=roles_of_outer("identity"))


# Every request of a signed-in person asks the first.
_ONE: Final = Prepared(
    lambda key_hash, now: _rows(now).filter(key_hash=key_hash).annotate(**all_annotations(now)), str, datetime
)
_OF_A_BROWSER: Final = Prepared(
    lambda now, *key_hashes: _rows(now).filter(key_hash__in=key_hashes), datetime, *[str for _slot in SLOTS]
)


def _find(key: str) -> Session | None:
    return next(iter(_ONE.rows(hash_key(key), utc_now())), None)


def _find_all(key_hashes: Iterable[str]) -> dict[str, Session]:
    """Return the sessions of one browser, at most one for each slot, by the hashes of their keys."""
    known = list(key_hashes)
    nobody = [""] * (len(SLOTS) - len(known))
    return {row.key_hash: row for row in _OF_A_BROWSER.rows(utc_now(), *known, *nobody)}


def _valid_identity(row: Session) -> Identity | None:
    """Return the identity of a session that still holds: active, and with the password it signed in with."""
    identity = row.identity
    if identity is None or not identity.is_active:
        return None
    if not constant_time_compare(row.data.get(HASH_SESSION_KEY, ""), identity.get_session_auth_hash()):
        return None
    roles = row.roles  # type: ignore[attr-defined]  # annotated above
    identity.privileges = privileges_in(roles)
    return identity


class SlotSessionMiddleware:
    """Opens the session of the request's slot, and none where there is no slot."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        slot = slot_of(request)
        store = SessionStore(request.COOKIES.get(cookie_name(slot)) if slot is not None else None)
        request.session = store
        response = self.get_response(request)
        if slot is not None:
            _keep(store, request, response, cookie_name(slot))
            # A page of one person is nothing for a cache that many share, also not for one that passes over Vary.
            response.headers.setdefault("Cache-Control", "private")
        return response


def _keep(store: SessionStore, request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    if store.accessed:
        add_vary(response, "Cookie")
    if name in request.COOKIES and store.is_empty():
        response.delete_cookie(name, samesite="Lax")
        return
    if not store.modified or store.is_empty() or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    try:
        store.save()
    except UpdateError:  # signed out in another tab while this request ran: stay signed out
        response.delete_cookie(name, samesite="Lax")
        return
    response.set_cookie(
        name,
        store.session_key or "",
        max_age=store.get_expiry_age(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class IdentityMiddleware:
    """Sets `request.user` from the session's one query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        store = request.session
        if isinstance(store, SessionStore) and store.session_key:
            signed_in = SESSION_KEY in store  # loads the row
            request.user = store.row_identity if signed_in and store.row_identity else AnonymousUser()
        else:
            request.user = AnonymousUser()
        return self.get_response(request)


def identities_in_browser(request: HttpRequest) -> dict[int, Identity]:
    """Return who is signed in in each slot of this browser, by slot, in one query."""
    keys = {slot: request.COOKIES.get(cookie_name(slot)) for slot in SLOTS}
    hashes = {slot: hash_key(key) for slot, key in keys.items() if key}
    if not hashes:
        return {}
    rows = _find_all(hashes.values())
    found = {slot: _valid_identity(rows[hashed]) for slot, hashed in hashes.items() if hashed in rows}
    return {slot: identity for slot, identity in found.items() if identity is not None}


def end_all_in_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End the session of every slot of this browser, and let it forget their cookies."""
    found = {slot: key for slot in SLOTS if (key := request.COOKIES.get(cookie_name(slot)))}
    Session.objects.filter(key_hash__in=[hash_key(key) for key in found.values()]).delete()
    for slot in found:
        response.delete_cookie(cookie_name(slot), samesite="Lax")
    request.session.flush()
    return response


def free_slot(request: HttpRequest) -> int | None:
    """Return the lowest slot of this browser in which nobody is signed in, None when all ten are taken."""
    taken = identities_in_browser(request)
    return next((slot for slot in SLOTS if slot not in taken), None)
