"""Complete forms and records for the tests of this room and the rooms above, and for the demo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from liaison.accounts.models import Account, Identity
from liaison.contacts import actions
from liaison.contacts.actions.telling import SUBJECT_KIND
from liaison.contacts.formshape import FormData, blank_entry, blank_form, blank_hours, blank_shared
from liaison.contacts.mailboxes import Evidence, mailbox_of, set_state
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Integration, Stage
from liaison.lib.addresses import mailbox_key
from liaison.lib.clock import utc_now
from liaison.notifications.channels.webhook.signing import new_secret
from liaison.notifications.endpoints import sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Announcement, Endpoint, Message


def complete_form(alert: Identity, **fields: list[dict[str, Any]]) -> FormData:
    """Return a form with every field filled; `fields` replaces whole fields by their key."""
    address = f"{{}}@{alert.account.slug}.test"
    form = blank_form()
    form["alert_contacts"] = [user_row(alert)]
    form["technical_emergency_contacts"] = [address_row(address.format("emergency"), pages_somebody=True)]
    form["technical_non_emergency_contacts"] = [address_row(address.format("technical"))]
    form["merchant_issue_contacts"] = [address_row(address.format("merchants"))]
    form["operator_contacts"] = [address_row(address.format("escalations"))]
    form["shared_contact"] = [blank_shared() | {"address": address.format("help")}]
    form["support_hours"] = [hours_row()]
    return form | fields


def user_row(identity: Identity, **more: Any) -> dict[str, Any]:
    return blank_entry() | {"identity": identity.public_id} | more


def address_row(address: str, **more: Any) -> dict[str, Any]:
    return blank_entry() | {"address": address} | more


def hours_row(
    days: tuple[int, ...] = (1, 2, 3, 4, 5),
    start: str = "09:00",
    end: str = "18:00",
    zone: str = "Asia/Seoul",
) -> dict[str, Any]:
    return blank_hours(zone) | {"days": list(days), "start": start, "end": end}


def complete_record(
    actor: Identity, now: datetime | None = None, *, tells: bool = False, **fields: list[dict[str, Any]]
) -> ContactRecord:
    """Submit a complete form as this editor, on top of whatever the record says now.

    The mails to those who are named are left out, as if they had come and been read long ago, but where a test
    `tells`.
    """
    seen = ContactRecord.objects.filter(account=actor.account).values_list("version", flat=True).first()
    last = Announcement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    made = actions.submit_contact_information(
        actor=actor,
        account=actor.account,
        data=complete_form(actor, **fields),
        seen_version=seen or 0,
        now=now or utc_now(),
    )
    if not tells:
        _forget_mails(Announcement.objects.filter(pk__gt=last, subject_kind=SUBJECT_KIND))
    return made


def _forget_mails(announcements: QuerySet[Announcement]) -> None:
    messages = list(Message.objects.filter(deliveries__announcement__in=announcements).values_list("pk", flat=True))
    announcements.delete()
    Message.objects.filter(pk__in=messages, deliveries=None).delete()


def put_in_state(address: str, state: Verification, now: datetime | None = None, **evidence: str) -> None:
    """Let every entry at this mailbox stand so, without asking who may and telling nobody."""
    for entry in ContactEntry.objects.select_related("identity"):
        if mailbox_of(entry) == mailbox_key(address):
            set_state(entry, state, Evidence(**evidence), now or utc_now())
            entry.save()


def make_integration(
    account: Account, kind: str = "reservations_waitlist", stage: Stage = Stage.INTEGRATING
) -> Integration:
    """Make an integration that is not launched, without asking who may."""
    return Integration.objects.create(account=account, kind=kind, stage=stage, created_at=utc_now())


def make_endpoint(account: Account, owner_key: str, **fields: Any) -> Endpoint:
    """Make an endpoint of a person without looking its address up, which no test does for names of others."""
    usual = {
        "name": "Pager of the night shift",
        "url": "https://hooks.partner.test/liaison",
        "channel": Channel.WEBHOOK,
        "secret": sealed(new_secret()),
    }
    return Endpoint.objects.create(
        account_id=account.pk,
        owner_key=owner_key,
        created_at=utc_now(),
        **usual | fields,
    )
