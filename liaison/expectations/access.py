"""Who sees what is expected, who answers, and who changes it: as far as they see what it is about (W2)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from liaison.accounts.access import may, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, Privilege
from liaison.expectations.models import Expectation
from liaison.expectations.subjects import handler_of_kind, kinds
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.told import told_about


def visible_expectations(actor: Actor) -> QuerySet[Expectation]:
    """Return what is and was expected, as far as the actor may see it, with accounts, the newest first."""
    rows = Expectation.objects.select_related("account", "asked_by").order_by("-pk")
    if isinstance(actor, System):
        return rows
    seen = [kind for kind, handler in kinds().items() if actor.may(handler.sees)]
    of_staff = Q(subject_kind__in=seen, account__in=visible_accounts(actor)) if seen else Q(pk__in=[])
    own = Q(account=actor.account) if actor.may(Privilege.VIEW_ACCOUNT) else Q(pk__in=[])
    return rows.filter(of_staff | own)


def sees_expectations(actor: Actor) -> bool:
    """Say whether there can be anything here for the actor, without a query."""
    if isinstance(actor, System) or any(actor.may(handler.sees) for handler in kinds().values()):
        return True
    return actor.account.kind == AccountKind.PARTNER and actor.may(Privilege.VIEW_ACCOUNT)


def require_expectations(actor: Actor) -> None:
    """Raise Forbidden where there can be nothing here for the actor."""
    if not sees_expectations(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def expectation_for(actor: Actor, public_id: str) -> Expectation:
    """Return an expectation that the actor may see, else raise Missing."""
    found = visible_expectations(actor).filter(public_id=public_id.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def newest_about(actor: Actor, subject_kind: str, subject_id: str) -> Expectation | None:
    """Return what is, or was last, expected about a subject, as far as the actor may see it. One query."""
    return visible_expectations(actor).filter(subject_kind=subject_kind, subject_id=subject_id).first()


def newest_about_each(actor: Actor, subject_kind: str, subject_ids: Collection[str]) -> dict[str, Expectation]:
    """Return the same for several subjects of one kind, by their id. One query."""
    rows = visible_expectations(actor).filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    return {one.subject_id: one for one in rows.order_by("pk")}


def open_about_each(subject_kind: str, subject_ids: Collection[str]) -> dict[str, Expectation]:
    """Return what is expected now about several subjects of one kind, by their id, whoever asks. One query."""
    rows = Expectation.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), closed_at=None)
    return {one.subject_id: one for one in rows}


def may_answer(actor: Actor, expectation: Expectation) -> bool:
    """Say whether the actor answers for the partner: its administrators and editors do, and whoever was told of it."""
    if isinstance(actor, System) or actor.account.pk != expectation.account_id:
        return False
    if actor.may(Privilege.EDIT_CONTACTS):
        return True
    return f"identity:{actor.pk}" in told_about(expectation.subject_kind, expectation.subject_id).keys


def require_answer(actor: Actor, expectation: Expectation) -> None:
    """Raise Missing for what the actor does not see, Forbidden for what it only sees."""
    _require_seen(actor, expectation)
    if not may_answer(actor, expectation):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_manage(actor: Actor, expectation: Expectation, account: Account) -> bool:
    """Say whether the actor changes what is expected of the account, and closes it: staff alone."""
    return may(actor, handler_of_kind(expectation.subject_kind).manages, account)


def require_manage(actor: Actor, expectation: Expectation) -> None:
    """Raise Missing for what the actor does not see, Forbidden for what it only sees."""
    _require_seen(actor, expectation)
    if not may_manage(actor, expectation, expectation.account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def _require_seen(actor: Actor, expectation: Expectation) -> None:
    if not visible_expectations(actor).filter(pk=expectation.pk).exists():
        raise Missing
