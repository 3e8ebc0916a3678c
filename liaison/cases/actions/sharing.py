"""Opening a case to somebody by e-mail address, and closing it to them again (D10, W6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.vocabulary import Happened
from liaison.cases import access
from liaison.cases.actions.updating import Changes, append_update, locked, person, side_of
from liaison.cases.models import Case, Share
from liaison.cases.sharing import (
    MOST_DAYS,
    MOST_IN_AN_HOUR,
    MOST_SHARES,
    SHARE,
    USUAL_DAYS,
    domains_for,
    is_over,
    is_own_address,
    latest_end,
    owner_of,
)
from liaison.cases.vocabulary import CaseRight, ChangeKind, ShareCode, ShareRight
from liaison.catalog.vocabulary import Topic
from liaison.delegation.access import is_delegate
from liaison.delegation.reaching import lock_customer
from liaison.lib.addresses import AddressError, clean_address, mailbox_key
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject


@transaction.atomic
def share_case(
    *, actor: Actor, case: Case, address: str, right: str, expires_at: datetime | None = None, now: datetime
) -> Share:
    """Open a case to whoever has an address: a person, a group of the account, or nobody yet; and tell them so.

    `right` is a ShareRight. Without `expires_at` it ends after 30 days. An address that the case is shared with gets
    the new right and end. Closed cases can be shared (W9). Raises Missing, Forbidden, Invalid, and Conflict for too
    many.
    """
    _hold_access(actor, case)
    access.require(actor, case, CaseRight.CHANGE, now)
    expires_at = expires_at or now + timedelta(days=USUAL_DAYS)
    address, kept_right = _checked(actor, case, address, right=right, expires_at=expires_at, now=now)
    current = locked(case)
    standing = _standing(current, address)
    if standing is not None and not is_over(standing, now):
        return _change(actor, current, standing, right=kept_right, expires_at=expires_at, now=now)
    _refuse_too_many(actor, current, now)
    if standing is not None:  # it ran out; its row makes room for the new one
        Share.objects.filter(pk=standing.pk).update(revoked_at=standing.expires_at or now)
    identity, group = owner_of(address, current.account)
    share = Share.objects.create(
        case=current,
        address=address,
        identity=identity,
        group=group,
        right=kept_right,
        language=current.language,
        created_at=now,
        created_by=person(actor),
        expires_at=expires_at,
    )
    _keep(actor, current, share, now)
    announce((Topic.ACCOUNT_MAIL,), Subject(SHARE, str(share.pk), current.account_id), now=now)
    return share


@transaction.atomic
def change_share(
    *, actor: Actor, share: Share, right: str | None = None, expires_at: datetime | None = None, now: datetime
) -> Share:
    """Give a share another right or another end. Raises Missing, Forbidden, Invalid, Conflict for one that ended."""
    _hold_access(actor, share.case)
    access.require(actor, share.case, CaseRight.CHANGE, now)
    current, found = _held(share, now)
    wanted = _right_of(share.right if right is None else right)
    ends = found.expires_at if expires_at is None else expires_at
    _refuse(_problems_of(wanted, ends if expires_at else None, now))
    return _change(actor, current, found, right=wanted or found.right, expires_at=ends, now=now)


@transaction.atomic
def end_share(*, actor: Actor, share: Share, now: datetime) -> None:
    """Close a case to whoever it was shared with, from the next request on, also in mails that wait.

    Raises Missing, Forbidden, Conflict for one that ended already.
    """
    access.require(actor, share.case, CaseRight.CHANGE, now)
    current, found = _held(share, now)
    found.revoked_at, found.revoked_by = now, person(actor)
    found.save(update_fields=["revoked_at", "revoked_by"])
    changes = Changes()
    changes.fact(ChangeKind.SHARE_ENDED, share=found.public_id)
    changes.event(Happened.CASE_SHARE_ENDED, share=found.public_id)
    append_update(
        actor=actor, case=current, side=side_of(access.rights_on(actor, current, now)), now=now, changes=changes
    )


def _hold_access(actor: Actor, case: Case) -> None:
    """Keep a delegate's access as it is until the transaction ends, or wait until it has: no share outlives it (W6)."""
    if isinstance(actor, Identity) and is_delegate(actor) and case.account_id != actor.account.pk:
        lock_customer(case.account)


def _checked(
    actor: Actor, case: Case, address: str, *, right: str, expires_at: datetime, now: datetime
) -> tuple[str, str]:
    """Return address and right as they are kept; raises Invalid with everything that is wrong."""
    found: list[FieldProblem] = []
    cleaned = ""
    try:
        cleaned = clean_address(address)
    except AddressError as error:
        found.append(FieldProblem("address", error.code))
    kept = _right_of(right)
    found += _problems_of(kept, expires_at, now)
    allowed = domains_for(case.account)
    if cleaned and allowed and cleaned.partition("@")[2] not in allowed and not is_own_address(actor, cleaned):
        found.append(FieldProblem("address", ShareCode.OUTSIDE, {"domains": ", ".join(allowed)}))
    _refuse(found)
    return cleaned, kept or ""


def _right_of(right: str) -> str | None:
    return str(right) if str(right) in {one.value for one in ShareRight} else None


def _problems_of(right: str | None, expires_at: datetime | None, now: datetime) -> list[FieldProblem]:
    found = [] if right else [FieldProblem("right", ShareCode.BAD_RIGHT)]
    if expires_at is not None and not now < expires_at <= latest_end(now):
        found.append(FieldProblem("expires_at", ShareCode.BAD_EXPIRY, {"days": MOST_DAYS}))
    return found


def _refuse(problems: list[FieldProblem]) -> None:
    if problems:
        raise Invalid(tuple(problems))


def _standing(case: Case, address: str) -> Share | None:
    folded = mailbox_key(address)
    rows = Share.objects.filter(case=case, revoked_at=None).select_for_update(of=("self",))
    return next((one for one in rows if mailbox_key(one.address) == folded), None)


def _refuse_too_many(actor: Actor, case: Case, now: datetime) -> None:
    if access.shares_in_force(now).filter(case=case).count() >= MOST_SHARES:
        raise Conflict(ShareCode.TOO_MANY, most=MOST_SHARES)
    by = person(actor)
    lately = Share.objects.filter(created_by=by, created_at__gt=now - timedelta(hours=1))
    if by is not None and lately.count() >= MOST_IN_AN_HOUR:
        raise Conflict(ShareCode.TOO_OFTEN)


def _held(share: Share, now: datetime) -> tuple[Case, Share]:
    """Return case and share as they are now, both locked. Raises Conflict for a share that ended."""
    case = locked(share.case)
    found = Share.objects.select_for_update(of=("self",)).get(pk=share.pk)
    if is_over(found, now):
        raise Conflict(ShareCode.OVER)
    return case, found


def _change(actor: Actor, case: Case, share: Share, *, right: str, expires_at: datetime | None, now: datetime) -> Share:
    if (share.right, share.expires_at) == (right, expires_at):
        return share
    share.right, share.expires_at = right, expires_at
    share.save(update_fields=["right", "expires_at"])
    _keep(actor, case, share, now)
    return share


def _keep(actor: Actor, case: Case, share: Share, now: datetime) -> None:
    """Write into the case and the history that it is shared; the address stands in its own row alone."""
    ends = share.expires_at.isoformat() if share.expires_at else None
    changes = Changes()
    changes.fact(ChangeKind.SHARED, share=share.public_id, right=share.right, expires_at=ends)
    changes.event(Happened.CASE_SHARED, share=share.public_id, right=share.right, expires_at=ends)
    side = side_of(access.rights_on(actor, case, now))
    append_update(actor=actor, case=case, side=side, now=now, changes=changes)
