"""Whether the people of a record can be reached (C7). Verification is never locked, so all of it is open (C3)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import contacts as shapes
from liaison.contacts import actions
from liaison.contacts.access import contact_record_for
from liaison.contacts.reachability import reachability_of
from liaison.contacts.reachview import NamedPerson, named_people
from liaison.contacts.reachwords import what_is_weak
from liaison.contacts.score import WeakSpot
from liaison.contacts.vocabulary import Verification
from liaison.lib.clock import utc_now

operations = Operations("contact-information")
_RECORD = "/accounts/{slug}/contact-information"


@operations.get(
    f"{_RECORD}/reachability", shapes.Reachability, _("Read how well an account can be reached"), open_at_the_gate=True
)
def read_reachability(request: HttpRequest, slug: str) -> shapes.Reachability:
    """Return the score with its reasons, and how it stands with each person who is named."""
    actor, now = actor_of(request), utc_now()
    account = account_for(actor, slug)
    record = contact_record_for(actor, account)
    score = reachability_of(account, now)
    return shapes.Reachability(
        points=None if score is None else score.points,
        reasons=[] if score is None else [_reason(spot) for spot in score.reasons],
        contacts=[_contact(person) for person in named_people(record, now)],
    )


@operations.write(
    "POST",
    f"{_RECORD}/verification-mails",
    None,
    _("Send somebody who is named a verification mail"),
    status=204,
    open_at_the_gate=True,
)
def send_verification(request: HttpRequest, slug: str, body: shapes.VerificationMail) -> Status[None]:
    """At most every ten minutes to one address, and five times a day. Earlier links and codes are over."""
    actor = actor_of(request)
    actions.send_verification(actor=actor, account=account_for(actor, slug), address=body.address, now=utc_now())
    return Status(204, None)


@operations.write(
    "POST",
    f"{_RECORD}/verification-codes",
    None,
    _("Verify somebody who is named by the code of the mail"),
    status=204,
    open_at_the_gate=True,
)
def enter_verification_code(request: HttpRequest, slug: str, body: shapes.VerificationCode) -> Status[None]:
    """After five wrong codes a new mail is needed."""
    actor = actor_of(request)
    actions.enter_verification_code(
        actor=actor, account=account_for(actor, slug), address=body.address, code=body.code, now=utc_now()
    )
    return Status(204, None)


def _reason(spot: WeakSpot) -> shapes.ReachabilityReason:
    return shapes.ReachabilityReason(
        code=spot.what, points=spot.points, count=spot.count, fields=list(spot.fields), text=what_is_weak(spot)
    )


def _contact(person: NamedPerson) -> shapes.NamedContact:
    return shapes.NamedContact(
        address=person.address,
        name=person.name,
        fields=list(person.places),
        verification=Verification(person.standing.state),
        since=person.standing.since,
        why=person.why,
        answer=person.answer,
        last_mail_at=person.sent_at,
    )
