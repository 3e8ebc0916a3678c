"""Shares as they stand: whose an address is, which hold now, and what becomes of them when people come and leave.

Nothing here or on a page tells the sharer whether an address is somebody's: the answer is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Domain, ForwardingProof, Group, Identity
from liaison.audit.actions import ActorRef, Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.cases import access
from liaison.cases.delegated.proving import note_refused
from liaison.cases.models import Case, Follow, Share
from liaison.lib.addresses import mailbox_key
from liaison.lib.prepared import Prepared
from liaison.lib.refusals import Missing

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 365
MOST_SHARES: Final = 50
MOST_IN_AN_HOUR: Final = 60
SHARE: Final = "case_share"
"""The kind of subject of the mail about a new share."""


def shares_of(case: Case, now: datetime) -> QuerySet[Share]:
    """Return the shares of a case that hold now, the oldest first."""
    return _shares(case.pk, now)


def shares_read(case: Case, now: datetime) -> list[Share]:
    """Return the same as they are read for the case's page, in a statement that the server prepares."""
    return _SHARES.rows(case.pk, now)


def sees_shares(actor: Actor, case: Case, now: datetime) -> bool:
    """Say whether the actor may read with whom a case is shared: whoever sees it without a share, by D5 too (W6)."""
    if isinstance(actor, System) or access.rights_without_shares(actor, case):
        return True
    return access.decided_for(actor, case, now).level is not None


def share_for(actor: Actor, public_id: str, now: datetime) -> Share:
    """Return a share of a case that the actor sees without one, with the case; ended ones too. Raises Missing."""
    related = ("case__account__partner_manager", "created_by")
    found = Share.objects.select_related(*related).filter(public_id=public_id.replace("\x00", "")).first()
    # Of a share that is not there as many statements are asked as of one that may not be seen (invariant 6).
    case = access.NOBODYS if found is None else found.case
    is_seen = sees_shares(actor, case, now)
    if found is None or not is_seen:
        if isinstance(actor, Identity):
            note_refused(actor, case.pk, access.decided_for(actor, case, now), now)
        raise Missing
    return found


def owner_of(address: str, account: Account) -> tuple[Identity | None, Group | None]:
    """Return whose an address is: a group of the account, an identity by user name or proved mailbox, or nobody's yet.

    Of several identities of one mailbox it is that of the account, else the first that proved it. A user name counts
    in a verified domain of its account alone: else anybody's administrator could make one of another's address. The
    address of somebody suspended is theirs as ever, so that nothing is mailed there (W13).
    """
    folded = mailbox_key(address)
    group = Group.objects.alias(folded=Lower("address")).filter(account=account, folded=folded).first()
    if group is not None:
        return None, group
    proved = Q(folded=folded, mailbox_verified_at__isnull=False)
    named = Q(username=folded, domain__name=folded.partition("@")[2], domain__verified_at__isnull=False)
    forwarded = Q(pk__in=_forwarding_to(folded))
    people = Identity.objects.with_account().alias(folded=Lower("mailbox"))
    found = list(people.filter(named | proved | forwarded).order_by("mailbox_verified_at", "pk"))
    found.sort(key=lambda one: (not one.is_active, one.username != folded, one.account.pk != account.pk))
    return (found[0] if found else None), None


def domains_for(account: Account) -> tuple[str, ...]:
    """Return the domains that an account's cases may be shared to, its own first; empty for anywhere."""
    if not account.share_domains:
        return ()
    own = Domain.objects.filter(account=account).order_by("-is_primary", "name").values_list("name", flat=True)
    return tuple(dict.fromkeys((*own, *account.share_domains)))


def is_own_address(actor: Actor, address: str) -> bool:
    """Say whether the address is one of the actor's own: sharing with it is no sharing with somebody else (D10)."""
    if isinstance(actor, System):
        return False
    return mailbox_key(address) in _proved_addresses(actor)


def latest_end(now: datetime) -> datetime:
    return now + timedelta(days=MOST_DAYS)


def bind(identity: Identity, now: datetime) -> None:
    """Give the shares of an address that was nobody's to the first identity that has it (W6). For `accounts.moves`."""
    own = _proved_addresses(identity)
    waiting = access.shares_in_force(now).filter(identity=None, group=None).alias(folded=Lower("address"))
    found = list(waiting.filter(folded__in=own).select_related("case").select_for_update(of=("self",)))
    if not found:
        return
    Share.objects.filter(pk__in=[one.pk for one in found]).update(identity=identity, is_quiet=False)
    quiet = [Follow(case=one.case, identity=identity, is_following=False, since=now) for one in found if one.is_quiet]
    Follow.objects.bulk_create(quiet, ignore_conflicts=True)
    _record(Happened.CASE_SHARE_BOUND, found, identity.audit_ref, now)


def end_all(identity: Identity, actor: ActorRef, now: datetime) -> None:
    """End every share to somebody who is suspended or deleted, from this second on (W13). For `accounts.departures`."""
    held = Share.objects.filter(identity=identity, revoked_at=None).select_related("case")
    found = list(held.select_for_update(of=("self",)))
    if found:
        Share.objects.filter(pk__in=[one.pk for one in found]).update(revoked_at=now)
        _record(Happened.CASE_SHARE_ENDED, found, actor, now)


def become_quiet(share: Share, *, everywhere: bool, now: datetime) -> None:
    """Send nothing more about its case, or about every case shared with the same address, to whoever reads it."""
    if everywhere:
        rows = access.shares_in_force(now).alias(folded=Lower("address")).filter(folded=mailbox_key(share.address))
        rows.filter(identity=None, group=None).update(is_quiet=True)
    elif share.identity is not None:  # it found its reader since
        Follow.objects.update_or_create(
            case=share.case, identity=share.identity, defaults={"is_following": False, "since": now}
        )
    else:
        Share.objects.filter(pk=share.pk).update(is_quiet=True)


def is_over(share: Share, now: datetime) -> bool:
    return share.revoked_at is not None or (share.expires_at is not None and share.expires_at <= now)


def _forwarding_to(folded: str) -> QuerySet[Identity, Any]:
    """Return who proved an address to forward their mail to and still does; of the suspended whoever ever did."""
    there = ForwardingProof.objects.alias(folded=Lower("address")).filter(folded=folded, confirmed_at__isnull=False)
    now_or_suspended = Q(forwarded=folded) | Q(suspended_at__isnull=False)
    proved = Identity.objects.alias(forwarded=Lower("forwards_to")).filter(now_or_suspended)
    return proved.filter(forwarding_proofs__in=there).values("pk")


def _shares(case: int, now: datetime) -> QuerySet[Share]:
    return access.shares_in_force(now).filter(case_id=case).select_related("created_by").order_by("pk")


_SHARES: Final = Prepared(_shares, int, datetime)


def _proved_addresses(identity: Identity) -> set[str]:
    """Return the addresses that are certainly somebody's: a user name in a verified domain, a proved mailbox."""
    domain = identity.domain
    is_named = domain.verified_at is not None and identity.username.partition("@")[2] == domain.name
    own = {identity.username} if is_named else set()
    if identity.mailbox and identity.mailbox_verified_at is not None:
        own.add(mailbox_key(identity.mailbox))
    if identity.forwards_to:
        own.add(mailbox_key(identity.forwards_to))
    return own


def _record(happened: Happened, shares: Sequence[Share], actor: ActorRef, now: datetime) -> None:
    entries = (
        Entry(happened, one.case.subject_ref, one.case.account_id, {}, {"share": one.public_id}) for one in shares
    )
    record_each(entries, actor=actor, now=now)
