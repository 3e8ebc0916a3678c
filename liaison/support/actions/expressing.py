"""Verbs of those who are interested: say so, and prove the address (S1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from liaison.accounts.actions.checks import Problems
from liaison.accounts.models import Identity
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import same_mailbox
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.lib.text import nfc
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject
from liaison.support.languages import likely_zone
from liaison.support.links import find_interest
from liaison.support.models import Interest, InterestState
from liaison.support.requests import NewInterest
from liaison.support.vocabulary import InterestCode, InterestMail

LONGEST_MESSAGE: Final = 4_000
MOST_LETTERS_A_DAY: Final = 3
SUBJECT_KIND: Final = "interest"
_SCHEMES: Final = ("https://", "http://")


@transaction.atomic
def express_interest(*, actor: Identity | None, new: NewInterest, now: datetime) -> Interest | None:
    """Keep an expression of interest and mail a link to its address, which has to be opened before staff decide.

    The proved mailbox of a signed-in user needs no link. None: the address got as many links within a day as it can
    get, whoever asked; nothing is kept then, and nobody outside is told so. Raises Invalid.
    """
    values = _cleaned(new)
    _hold(values["address"])
    lately = Interest.objects.filter(address__iexact=values["address"], created_at__gt=now - timedelta(days=1))
    is_proved = actor is not None and _is_own_mailbox(actor, values["address"])
    if not is_proved and lately.count() >= MOST_LETTERS_A_DAY:
        return None
    made = Interest.objects.create(**values, asked_by=actor, created_at=now, confirmed_at=now if is_proved else None)
    record(
        Happened.INTEREST_EXPRESSED,
        actor=actor.audit_ref if actor else ActorRef(ActorKind.LINK, made.public_id),
        subject=made.subject_ref,
        account_id=actor.account.pk if actor else None,
        facts={"kinds": list(made.kinds)},
        now=now,
    )
    if not is_proved:
        tell(InterestMail.CONFIRM, made, now)
    return made


@transaction.atomic
def confirm_interest(*, token: str, now: datetime) -> Interest:
    """Let whoever reads the address say that it is theirs; again changes nothing. Raises Conflict for a dead link."""
    found = find_interest(token, now)
    locked = Interest.objects.select_for_update().filter(pk=found.pk).first() if found else None
    if locked is None or locked.state != InterestState.NEW:
        raise Conflict(InterestCode.DECIDED)
    if locked.confirmed_at is None:
        locked.confirmed_at = now
        locked.save(update_fields=["confirmed_at"])
        record(
            Happened.INTEREST_CONFIRMED,
            actor=ActorRef(ActorKind.LINK, locked.public_id),
            subject=locked.subject_ref,
            now=now,
        )
    return locked


def tell(mail: InterestMail, interest: Interest, now: datetime) -> None:
    """Announce one mail to the address; its words and links are made when it is sent."""
    subject = Subject(SUBJECT_KIND, str(interest.pk), None, {"mail": mail.value})
    announce((Topic.ACCOUNT_MAIL,), subject, now=now)


def _cleaned(new: NewInterest) -> dict[str, Any]:
    problems = Problems()
    found = {
        "company": problems.line("company", new.company, 200),
        "website": problems.line("website", new.website, 300, needed=False),
        "name": problems.line("name", new.name, 150),
        "address": problems.address("address", new.address),
        "language": problems.language("language", new.language, needed=True),
        "time_zone": problems.zone("time_zone", new.time_zone or likely_zone(new.language), needed=True),
        "kinds": list(dict.fromkeys(new.kinds)),
        "message": nfc(new.message.replace("\r\n", "\n")).strip(),
    }
    refused = _refused(problems)
    if found["website"] and not str(found["website"]).lower().startswith(_SCHEMES):
        refused.append(FieldProblem("website", InterestCode.BAD_WEBSITE))
    if not set(new.kinds) <= set(integration_kinds()):
        refused.append(FieldProblem("kinds", InterestCode.UNKNOWN_KIND))
    if len(str(found["message"])) > LONGEST_MESSAGE or "\x00" in new.message:
        refused.append(FieldProblem("message", InterestCode.TOO_LONG, {"most": LONGEST_MESSAGE}))
    if refused:
        raise Invalid(tuple(refused))
    return found


def _refused(problems: Problems) -> list[FieldProblem]:
    try:
        problems.refuse()
    except Invalid as refusal:
        return list(refusal.problems)
    return []


def _is_own_mailbox(actor: Identity, address: str) -> bool:
    return actor.mailbox_verified_at is not None and same_mailbox(actor.mailbox, address)


def _hold(address: str) -> None:
    """Let one at a time ask for links to an address, so that two cannot both be the last of a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"liaison.support.interest:{address.casefold()}"])
