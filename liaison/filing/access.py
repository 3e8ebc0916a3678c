"""Who files cases for whom, and whose a draft is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from liaison.accounts.access import account_for, sees_account, visible_accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import AccountKind, Privilege
from liaison.cases.access import require_filing
from liaison.cases.models import Case
from liaison.delegation.access import customer_for, works_for_customers
from liaison.filing.models import Draft
from liaison.lib.ids import PUBLIC_ID_LENGTH
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal

_MOST_NAMED = 20


def account_to_file_for(actor: Identity, slug: str = "") -> Account | None:
    """Return the account that a new case is for: one's own, or the one that an agent or a delegate names.

    None: an agent or a delegate has named none yet. A customer need not have granted anything: see `barrier_of`.
    Raises Missing for an account that the actor may not see, Forbidden where it sees the cases and may not file (W1).
    """
    if actor.is_staff:
        if not actor.may(Privilege.STAFF_WORK_CASES):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        return _with_cases(account_for(actor, slug)) if slug else None
    if slug and slug != actor.account.slug:
        return _customer(actor, slug)
    if not slug and works_for_customers(actor):
        return None
    require_filing(actor, actor.account)
    return actor.account


def barrier_of(actor: Identity, account: Account) -> Refusal | None:
    """Return why a case that a delegate writes for a customer cannot be filed now; None where it can (D3).

    Raises Missing and Forbidden for anybody else who may not file: they write none.
    """
    try:
        require_filing(actor, account)
    except Refusal as refusal:
        if sees_account(actor, account) or actor.is_staff:
            raise
        return refusal
    return None


def require_drafting(actor: Identity, account: Account) -> None:
    """Raise Missing and Forbidden where the actor may not begin a case for an account.

    Delegates may for every customer that they see and work for: what is missing of its grant keeps them from filing.
    """
    barrier = barrier_of(actor, account)
    if barrier is not None and barrier.code in {CommonCode.MISSING, CommonCode.NOT_ALLOWED}:
        raise barrier


def require_keeping(actor: Identity, account: Account) -> None:
    """Raise Missing and Forbidden where the actor may not go on with what it began to write for an account.

    A delegate may always: what it typed is its own, whatever became of the customer's grant. No query.
    """
    if sees_account(actor, account) or actor.is_staff:
        require_filing(actor, account)


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


def accounts_for(actor: Identity, words: str) -> QuerySet[Account]:
    """Return the accounts with cases of their own that an agent sees, by name, with these words in name or slug."""
    found = visible_accounts(actor).exclude(kind=AccountKind.OPERATOR).order_by("name", "pk")
    for word in words.replace("\x00", "").split()[:5]:
        found = found.filter(name__icontains=word) | found.filter(slug__icontains=word)
    return found


def expired_before(moment: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(saved_at__lt=moment)


def _with_cases(account: Account) -> Account:
    if account.kind == AccountKind.OPERATOR:
        raise Missing
    return account


def _customer(actor: Identity, slug: str) -> Account:
    customer = customer_for(actor, slug)
    if not works_for_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    return customer


def _drafts(identity: int) -> QuerySet[Draft]:
    return Draft.objects.filter(identity=identity).select_related("account").order_by("-saved_at", "-pk")


# Each step of the form asks for its draft, and whoever sends it whether it was sent before.
_DRAFT: Final = Prepared(lambda identity, key: _drafts(identity).filter(public_id=key), int, str)
_FILED: Final = Prepared(lambda key, filer: Case.objects.filter(submission=key, filed_by=filer), str, int)
