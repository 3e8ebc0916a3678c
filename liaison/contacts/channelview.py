"""The page "Channels" in words: people, how mail reaches them, and their endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.contacts.channels import ContactPerson, PersonChannels
from liaison.contacts.labels import field_label, listed
from liaison.notifications.endpoints import DisabledBecause, host_of
from liaison.notifications.models import Endpoint
from liaison.notifications.wording import withheld_label

DISABLED: Mapping[DisabledBecause, Promise] = MappingProxyType(
    {
        DisabledBecause.BY_HAND: gettext_lazy("Somebody of the account disabled it."),
        DisabledBecause.GONE: gettext_lazy("The server answered that nothing is there any more (410)."),
        DisabledBecause.FAILING: gettext_lazy("The server took no message for five days."),
    }
)


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint as it is shown. `state` is active, failing or disabled, `why` the reason of the last.

    `address` is the whole address, or only the server's name for those who cannot change it: an address may be a
    secret in itself. `old_secret_until` is set while the old secret still counts.
    """

    public_id: str
    name: str
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


def groups_of(channels: Iterable[PersonChannels], now: datetime, *, whole_address: bool) -> tuple[ChannelGroup, ...]:
    """Return what the page shows, in the active language."""
    return tuple(_group(one, now, whole_address=whole_address) for one in channels)


def endpoint_row(endpoint: Endpoint, now: datetime, *, whole_address: bool) -> EndpointRow:
    """Return an endpoint as it stands at `now`."""
    disabled, until = endpoint.disabled_at, endpoint.previous_secret_until
    failing = "failing" if endpoint.failing_since else "active"
    return EndpointRow(
        public_id=endpoint.public_id,
        name=endpoint.name,
        address=address_for(endpoint, whole_address=whole_address),
        state="disabled" if disabled else failing,
        why=str(DISABLED[DisabledBecause(endpoint.disabled_because)]) if disabled else "",
        since=disabled or endpoint.failing_since,
        last_accepted_at=endpoint.last_accepted_at,
        old_secret_until=until if until is not None and now < until else None,
    )


def address_for(endpoint: Endpoint, *, whole_address: bool) -> str:
    """Return the whole address, or only the server's name for those who cannot change it."""
    return endpoint.url if whole_address else host_of(endpoint.url)


def _group(channels: PersonChannels, now: datetime, *, whole_address: bool) -> ChannelGroup:
    rows = tuple(endpoint_row(one, now, whole_address=whole_address) for one in channels.endpoints)
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
