"""When an account hears of what is not urgent: at once, or as one digest in its support hours."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.access import account_for
from liaison.accounts.models import Account
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import contacts as shapes
from liaison.contacts import actions
from liaison.contacts.access import contact_record_for
from liaison.contacts.models import ContactRecord
from liaison.contacts.queries import next_opening
from liaison.lib.clock import utc_now

operations = Operations("digest")
_DIGEST = "/accounts/{slug}/contact-information/digest"


@operations.get(_DIGEST, shapes.Digest, _("Read when the account hears of what is not urgent"))
def read_digest(request: HttpRequest, slug: str) -> shapes.Digest:
    actor = actor_of(request)
    account = account_for(actor, slug)
    return _shown(account, contact_record_for(actor, account))


@operations.write("PUT", _DIGEST, shapes.Digest, _("Choose when the account hears of what is not urgent"))
def change_digest(request: HttpRequest, slug: str, body: shapes.DigestChange) -> shapes.Digest:
    """Let what waits already go when it was to go."""
    actor = actor_of(request)
    account = account_for(actor, slug)
    record = actions.change_digest(
        actor=actor,
        account=account,
        waits_for_hours=body.waits_for_hours,
        holiday_region=body.holiday_region,
        now=utc_now(),
    )
    return _shown(account, record)


def _shown(account: Account, record: ContactRecord) -> shapes.Digest:
    return shapes.Digest(
        waits_for_hours=record.waits_for_hours,
        holiday_region=record.holiday_region,
        opens_at=next_opening(account, utc_now()),
    )
