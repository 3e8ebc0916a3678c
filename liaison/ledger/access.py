"""Who reads the ledger, and who sends again. Rows are those of visible accounts; addresses are a right of their own."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from liaison.accounts.access import may, sees_people, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.catalog.vocabulary import Topic
from liaison.health.access import sees_addresses
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.models import Delivery


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return the deliveries that the actor may read of: whoever sees incidents sees who was told.

    Account mail is about single people: it shows to those who manage the account's users, and to staff who see them.
    Staff alarms are the operator's own. What concerns no account is for staff who see all of them.
    """
    rows = Delivery.objects.all()
    if isinstance(actor, System):
        return rows
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        if not actor.may(Privilege.STAFF_VIEW_ALL):
            accounts = visible_accounts(actor).values("pk")
            rows = rows.filter(announcement__account_id__in=accounts)
        return rows if actor.may(Privilege.STAFF_VIEW_CONTACTS) else rows.filter(~_about(Topic.ACCOUNT_MAIL))
    if not actor.may(Privilege.VIEW_ACCOUNT):
        return rows.none()
    rows = rows.filter(~_about(Topic.STAFF_ALARM), announcement__account_id=actor.account.pk)
    return rows if actor.may(Privilege.MANAGE_USERS) else rows.filter(~_about(Topic.ACCOUNT_MAIL))


def delivery_for(actor: Actor, public_id: str) -> Delivery:
    """Return a delivery with its announcement, or raise Missing where the actor may not read of it."""
    if "\x00" in public_id:
        raise Missing
    found = visible_deliveries(actor).select_related("announcement").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found


def sees_ledger(actor: Actor) -> bool:
    """Say whether there can be anything in the ledger for the actor, without a query."""
    if isinstance(actor, System):
        return True
    return actor.may(Privilege.STAFF_VIEW_INCIDENTS) or actor.may(Privilege.VIEW_ACCOUNT)


def require_ledger(actor: Actor) -> None:
    """Raise Forbidden where there can be nothing in the ledger for the actor."""
    if not sees_ledger(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def sees_addresses_of(actor: Actor, account: Account | None) -> bool:
    """Say whether the actor may read the addresses of what concerns the account, or no account."""
    if account is not None:
        return sees_addresses(actor, account) and sees_people(actor, account)
    return isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_CONTACTS)


def searches_addresses(actor: Actor) -> bool:
    """Say whether the actor sees the addresses of everything it sees: only then may a search look at them."""
    if isinstance(actor, System):
        return True
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return actor.may(Privilege.STAFF_VIEW_CONTACTS)
    return actor.may(Privilege.VIEW_CONTACTS)


def may_send_again(actor: Actor, account: Account | None) -> bool:
    """Say whether the actor sends again what did not arrive: staff who look after deliveries."""
    if isinstance(actor, System):
        return True
    return may(actor, Privilege.STAFF_SEND_AGAIN, account or actor.account)


def require_send_again(actor: Actor, account: Account | None) -> None:
    if not may_send_again(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_send_now(actor: Actor, account: Account | None) -> bool:
    """Say whether the actor lets go what waits: staff who look after deliveries, and the account's administrators."""
    if may_send_again(actor, account):
        return True
    return account is not None and may(actor, Privilege.EDIT_ACCOUNT, account)


def require_send_now(actor: Actor, account: Account | None) -> None:
    if not may_send_now(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def account_of(delivery: Delivery) -> Account | None:
    """Return the account that a delivery concerns; None for the installation as a whole."""
    key = delivery.announcement.account_id
    return None if key is None else Account.objects.filter(pk=key).first()


def _about(topic: Topic) -> Q:
    return Q(announcement__topics__contains=[topic.value])
