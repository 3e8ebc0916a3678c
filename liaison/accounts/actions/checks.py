"""What the verbs of this room share: cleaning what was typed, locking an account, telling people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from liaison.accounts.models import Account, Identity
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import AddressError, LineError, clean_address, clean_line
from liaison.lib.languages import is_language
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import is_zone
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject


class Problems:
    """Collects everything that is wrong in what was given, so that it is all said at once."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def add(self, field: str, code: AccountCode, **facts: Any) -> None:
        self._found.append(FieldProblem(field, code, facts))

    def line(self, field: str, text: str, max_length: int, *, needed: bool = True) -> str:
        """Return a cleaned one-line text; note the problem where it has one."""
        try:
            line = clean_line(text, max_length)
        except LineError as error:
            self._found.append(FieldProblem(field, error.code))
            return ""
        if needed and not line:
            self.add(field, AccountCode.NAME_NEEDED)
        return line

    def address(self, field: str, text: str) -> str:
        """Return a cleaned address; note the problem where it has one."""
        try:
            return clean_address(text)
        except AddressError as error:
            self._found.append(FieldProblem(field, error.code))
            return ""

    def language(self, field: str, code: str, *, needed: bool = False) -> str:
        if (code or needed) and not is_language(code):
            self.add(field, AccountCode.UNKNOWN_LANGUAGE)
        return code

    def zone(self, field: str, name: str, *, needed: bool = False) -> str:
        if (name or needed) and not is_zone(name):
            self.add(field, AccountCode.UNKNOWN_ZONE)
        return name

    def refuse(self) -> None:
        """Raise Invalid if anything was noted."""
        if self._found:
            raise Invalid(tuple(self._found))


def lock_account(account: Account) -> Account:
    """Hold the account's row, so that two changes of its people cannot both believe that an administrator stays."""
    return Account.objects.select_for_update(no_key=True).get(pk=account.pk)


def hold_names() -> None:
    """Let one transaction at a time choose new user names and slugs, so that two cannot choose the same.

    An account's row, where it is held too, is held before. People are made rarely, so nobody waits for long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('liaison.accounts.names'))")


def lock_identity(identity: Identity) -> Identity:
    """Hold the identity's row and return it as it is now. Its account must be held before, never after."""
    return Identity.objects.with_account().select_for_update(of=("self",), no_key=True).get(pk=identity.pk)


def tell(
    mail: MailKind,
    *,
    subject_kind: str,
    subject_id: int,
    account: Account,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Announce one account mail. Facts are ids and values; links and words are made when it is sent."""
    subject = Subject(subject_kind, str(subject_id), account.pk, {"mail": mail.value, **(facts or {})})
    announce((Topic.ACCOUNT_MAIL,), subject, now=now)
