"""Who files cases for whom, and whose a draft is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from liaison.accounts.access import account_for, visible_accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import AccountKind, Privilege
from liaison.cases.access import require_filing
from liaison.cases.models import Case
from liaison.filing.models import Draft
from liaison.lib.ids import PUBLIC_ID_LENGTH
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import CommonCode, Forbidden, Missing

_MOST_NAMED = 20


def account_to_file_for(actor: Identity, slug: str = "") -> Account | None:
    """Return the account that a new case is for: one's own, or for support agents the one that is named.

    None: an agent has named none yet. Raises Missing for an account that the actor may not see, Forbidden where it
    sees the cases and may not file (W1).
    """
    if actor.is_staff:
        if not actor.may(Privilege.STAFF_WORK_CASES):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        return _partner(account_for(actor, slug)) if slug else None
    if slug and slug != actor.account.slug:
        raise Missing
    require_filing(actor, actor.account)
    return actor.account


def who_may_file(account: Account) -> tuple[Identity, ...]:
    """Return who of the account files cases, by name: whom a reader asks. One query."""
    people = Identity.objects.filter(domain__account=account, is_active=True).annotate(held=roles_of_outer("pk"))
    able = [one for one in people.order_by("name", "pk") if Privilege.WRITE_CASES in privileges_in(one.held)]
    return tuple(able[:_MOST_NAMED])


def drafts_of(actor: Identity) -> QuerySet[Draft]:
    """Return the actor's own drafts, the last saved first."""
    return _drafts(actor.pk)


def draft_for(actor: Identity, public_id: str) -> Draft | None:
    """Return the actor's draft; None for one that somebody else has, or nobody. Raises Missing for what is no id."""
    if len(public_id) != PUBLIC_ID_LENGTH or not (public_id.isascii() and public_id.isalnum()):
        raise Missing
    return next(iter(_DRAFT.rows(actor.pk, public_id)), None)


def submission_of(actor: Identity, public_id: str) -> str:
    """Return what a case keeps of the draft that it was: of the person and the draft, at most 40 characters."""
    return f"draft:{actor.public_id}:{public_id}"


def filed_from(actor: Identity, public_id: str) -> Case | None:
    """Return the case that the actor's draft became."""
    return next(iter(_FILED.rows(submission_of(actor, public_id), actor.pk)), None)


def partners_for(actor: Identity, words: str) -> QuerySet[Account]:
    """Return the partner accounts that the actor sees, by name, with these words in name or slug."""
    found = visible_accounts(actor).filter(kind=AccountKind.PARTNER).order_by("name", "pk")
    for word in words.replace("\x00", "").split()[:5]:
        found = found.filter(name__icontains=word) | found.filter(slug__icontains=word)
    return found


def expired_before(moment: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(saved_at__lt=moment)


def _partner(account: Account) -> Account:
    if account.kind != AccountKind.PARTNER:
        raise Missing
    return account


def _drafts(identity: int) -> QuerySet[Draft]:
    return Draft.objects.filter(identity=identity).select_related("account").order_by("-saved_at", "-pk")


# Each step of the form asks for its draft, and whoever sends it whether it was sent before.
_DRAFT: Final = Prepared(lambda identity, key: _drafts(identity).filter(public_id=key), int, str)
_FILED: Final = Prepared(lambda key, filer: Case.objects.filter(submission=key, filed_by=filer), str, int)
