"""The page "Channels" in words: people, how mail reaches them, and their endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.contacts.channels import ContactPerson, PersonChannels
from liaison.contacts.labels import field_label, listed
from liaison.notifications.endpoints import SEALED_CHANNELS, TELEPHONE, DisabledBecause, host_of
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint
from liaison.notifications.offer import offered_channels
from liaison.notifications.wording import channel_label, withheld_label

DISABLED: Mapping[DisabledBecause, Promise] = MappingProxyType(
    {
        DisabledBecause.BY_HAND: gettext_lazy("Somebody of the account disabled it."),
        DisabledBecause.GONE: gettext_lazy("The server answered that nothing is there any more."),
        DisabledBecause.FAILING: gettext_lazy("The server took no message for five days."),
    }
)

CHANNEL_ICONS: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.EMAIL: "mail",
        Channel.WEBHOOK: "webhook",
        Channel.SLACK: "brand-slack",
        Channel.TEAMS: "brand-teams",
        Channel.GOOGLE_CHAT: "message",
        Channel.SMS: "device-mobile-message",
        Channel.VOICE: "phone-call",
        Channel.APPRISE: "bell-ringing",
    }
)


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint as it is shown. `state` is active, failing, not_offered or disabled, `why` the reason of the last.

    `address` is as much of it as the reader may see (`address_for`). `old_secret_until` is set while the old secret
    still counts.
    """

    public_id: str
    name: str
    channel: str
    icon: str
    is_signed: bool
    only_emergencies: bool
    address: str
    state: str
    why: str
    since: datetime | None
    last_accepted_at: datetime | None
    old_secret_until: datetime | None


@dataclass(frozen=True)
class ChannelGroup:
    """A person with what reaches them. `reference` is empty for endpoints whose people are no contacts any more."""

    title: str
    places: str
    mail: str
    reference: str
    endpoints: tuple[EndpointRow, ...]


def groups_of(
    channels: Iterable[PersonChannels], now: datetime, *, sees_whole: Callable[[Endpoint], bool]
) -> tuple[ChannelGroup, ...]:
    """Return what the page shows, in the active language. `sees_whole` says of which the reader sees the address."""
    return tuple(_group(one, now, sees_whole) for one in channels)


def endpoint_row(endpoint: Endpoint, now: datetime, *, whole_address: bool) -> EndpointRow:
    """Return an endpoint as it stands at `now`."""
    disabled, until = endpoint.disabled_at, endpoint.previous_secret_until
    channel = Channel(endpoint.channel)
    idle = "active" if channel in offered_channels() else "not_offered"
    return EndpointRow(
        public_id=endpoint.public_id,
        name=endpoint.name,
        channel=channel_label(channel),
        icon=CHANNEL_ICONS[channel],
        is_signed=channel is Channel.WEBHOOK,
        only_emergencies=endpoint.only_emergencies,
        address=address_for(endpoint, whole_address=whole_address),
        state="disabled" if disabled else "failing" if endpoint.failing_since else idle,
        why=str(DISABLED[DisabledBecause(endpoint.disabled_because)]) if disabled else "",
        since=disabled or endpoint.failing_since,
        last_accepted_at=endpoint.last_accepted_at,
        old_secret_until=until if until is not None and now < until else None,
    )


def address_for(endpoint: Endpoint, *, whole_address: bool) -> str:
    """Return what may be shown of an address: those of chats and services are secrets in themselves.

    Whoever sees the `whole_address` sees that of a webhook, a phone number, and of a secret one the server and its end;
    everybody else the server alone, or the number's end.
    """
    where = host_of(endpoint.url)
    if not whole_address:
        return where
    if endpoint.channel in SEALED_CHANNELS:
        return f"{where} …{endpoint.ends_with}" if endpoint.ends_with else where
    return endpoint.url.removeprefix(TELEPHONE)


def _group(channels: PersonChannels, now: datetime, sees_whole: Callable[[Endpoint], bool]) -> ChannelGroup:
    rows = tuple(endpoint_row(one, now, whole_address=sees_whole(one)) for one in channels.endpoints)
    person = channels.person
    if person is None:
        lead = _("Nothing is sent to these endpoints: their people stand in neither of the two fields.")
        return ChannelGroup(_("No contact any more"), lead, "", "", rows)
    places = listed(field_label(field) for field in person.fields)
    return ChannelGroup(person.name or person.address, places, _mail(person), person.reference, rows)


def _mail(person: ContactPerson) -> str:
    if person.blocked:
        return _("No e-mail is sent. Reason: %(why)s") % {"why": withheld_label(person.blocked)}
    return _("E-mail goes to %(address)s.") % {"address": person.address}
