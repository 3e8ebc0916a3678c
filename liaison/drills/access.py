"""Who sees drills and test messages, and who may start them: who sees and who edits the contact information."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.access import may, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.contacts.access import may_edit, require_view
from liaison.drills.models import Drill, DrillSchedule, TestMessage
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.models import Delivery, DeliveryState


def drills_for(actor: Actor, account: Account) -> QuerySet[Drill]:
    """Return the drills of an account, for whoever sees its contact information. Raises Missing or Forbidden."""
    require_view(actor, account)
    return Drill.objects.filter(account=account).select_related("account", "started_by", "ended_by")


def drill_for(actor: Actor, public_id: str) -> Drill:
    """Return a drill of an account that the actor sees. Raises Missing, Forbidden as for the contact information."""
    drills = Drill.objects.select_related("account", "started_by", "ended_by", "announcement")
    found = drills.filter(public_id=_keepable(public_id), account__in=visible_accounts(actor)).first()
    if found is None:
        raise Missing
    require_view(actor, found.account)
    return found


def tested_for(actor: Actor, public_id: str) -> TestMessage:
    """Return a test message of an account that the actor sees. Raises as for a drill."""
    tests = TestMessage.objects.select_related("account", "sent_by", "announcement")
    found = tests.filter(public_id=_keepable(public_id), account__in=visible_accounts(actor)).first()
    if found is None:
        raise Missing
    require_view(actor, found.account)
    return found


def tests_for(actor: Actor, account: Account) -> QuerySet[TestMessage]:
    """Return the test messages of an account, for whoever sees its contact information."""
    require_view(actor, account)
    return TestMessage.objects.filter(account=account).select_related("account", "sent_by", "announcement")


def schedule_for(actor: Actor, account: Account) -> DrillSchedule | None:
    """Return the schedule of an account, None while it has none, for whoever sees its contact information."""
    require_view(actor, account)
    return DrillSchedule.objects.filter(account=account).select_related("changed_by").first()


def may_run(actor: Actor, account: Account) -> bool:
    """Say whether the actor may start and schedule drills and send tests.

    The account's own administrators and editors, the operator's administrators, and its partner manager.
    """
    return may_edit(actor, account) or may(actor, Privilege.STAFF_RUN_DRILLS, account)


def require_run(actor: Actor, account: Account) -> None:
    """Raise Missing or Forbidden unless the actor may start drills of the account."""
    require_view(actor, account)
    if not may_run(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def delivery_told(drill: Drill, key: str) -> Delivery | None:
    """Return the first delivery that told the person with this key of the drill; None where nothing did."""
    if drill.announcement_id is None:
        return None
    sent = Delivery.objects.filter(announcement=drill.announcement_id).exclude(
        state__in=(DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)
    )
    for one in sent.order_by("pk"):
        if key == one.recipient_key or any(key == reader["key"] for reader in one.readers):
            return one
    return None


def key_of(actor: Actor) -> str:
    """Return the planner's name of the actor; empty for the system."""
    return "" if isinstance(actor, System) else f"identity:{actor.pk}"


def id_of(actor: Actor) -> int | None:
    return actor.pk if isinstance(actor, Identity) else None


def _keepable(key: str) -> str:
    return key.replace("\x00", "")
