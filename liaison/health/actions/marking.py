"""Deploy marks: what was changed on purpose, noted so that incidents can be held against it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.health.models import Mark
from liaison.health.vocabulary import IncidentCode
from liaison.integrations.access import require
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment, IntakeKey
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.text import nfc

LONGEST_TITLE: Final = 200
LONGEST_LINK: Final = 500
MOST_AHEAD: Final = timedelta(minutes=5)


def set_mark(
    *,
    actor: Actor,
    account: Account,
    title: str,
    at: datetime,
    now: datetime,
    environment: Environment | None = None,
    link: str = "",
) -> Mark:
    """Note that something was changed at `at` (aware). Without an environment it concerns the whole account.

    `link` is a page about it (http or https), or empty. Raises Missing, Forbidden, and Invalid.
    """
    require(actor, account, own=Privilege.MANAGE_MONITORING, staff=Privilege.STAFF_TAKE_INCIDENTS)
    with transaction.atomic():
        return _set(actor.audit_ref, account.pk, environment, title=title, link=link, at=at, now=now)


def set_mark_by_key(*, key: IntakeKey, title: str, at: datetime, now: datetime, link: str = "") -> Mark:
    """Do the same for whoever holds the intake key of an environment. Raises Invalid."""
    environment = key.environment
    actor = ActorRef(ActorKind.INTAKE_KEY, str(key.pk))
    with transaction.atomic():
        mark = _set(actor, environment.integration.account_id, environment, title=title, link=link, at=at, now=now)
        stamp_intake_key(key=key, now=now)
    return mark


def _set(
    actor: ActorRef,
    account_id: int,
    environment: Environment | None,
    *,
    title: str,
    link: str,
    at: datetime,
    now: datetime,
) -> Mark:
    title, link = nfc(title).replace("\x00", "").strip(), link.strip()
    _check(title, link, at, now)
    mark = Mark.objects.create(
        account_id=account_id, environment=environment, at=at, title=title, link=link, received_at=now
    )
    subject = SubjectRef("mark", str(mark.pk))
    record(Happened.MARK_SET, actor=actor, subject=subject, account_id=account_id, now=now)
    return mark


def _check(title: str, link: str, at: datetime, now: datetime) -> None:
    problems = []
    if not 0 < len(title) <= LONGEST_TITLE:
        problems.append(FieldProblem("title", IncidentCode.MARK_TITLE, {"most": LONGEST_TITLE}))
    if not is_link(link):
        problems.append(FieldProblem("link", IncidentCode.MARK_LINK, {"most": LONGEST_LINK}))
    if at > now + MOST_AHEAD:
        problems.append(FieldProblem("at", IncidentCode.MARK_IN_THE_FUTURE))
    if problems:
        raise Invalid(tuple(problems))


def is_link(link: str) -> bool:
    """Say whether it can be kept as the link of a mark: empty, or a page on the web."""
    if not link:
        return True
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return len(link) <= LONGEST_LINK and parts.scheme in {"http", "https"} and bool(parts.hostname)
