"""Recipients as pages and the command show them: planned ones and real ones, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.loader import topics
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for
from liaison.notifications.endpoints import EndpointName, endpoint_names
from liaison.notifications.facts import OPERATOR_REASONS, Because, Channel, Held, Plan, Planned, Withheld
from liaison.notifications.wording import channel_label, held_label, reason_label, withheld_label


@dataclass(frozen=True)
class ReasonRow:
    """One place where somebody stands: topic and place in words; `not_counted` says why it did not count."""

    topic: str
    place: str
    not_counted: str


@dataclass(frozen=True)
class HeldRow:
    """One obstacle in words; `moment` is when it ends, in the recipient's own zone, and `until` the same moment."""

    because: str
    moment: str
    until: datetime


@dataclass(frozen=True)
class RecipientRow:
    """One recipient in words. `moment` is in the recipient's own zone; `why_not` is empty for who is told.

    `is_later`: whoever is called when nobody acknowledges before; `why_not` then says when. `held` says what makes it
    wait until `at`, if anything.
    """

    name: str
    address: str
    channel: str
    language: str
    moment: str
    reasons: tuple[ReasonRow, ...]
    why_not: str
    is_later: bool = False
    held: tuple[HeldRow, ...] = ()
    at: datetime | None = None


def rows_of(plan: Plan, *, addresses: bool = True, staff: bool = True) -> tuple[RecipientRow, ...]:
    """Return everybody of a plan, those who are told first. Without `addresses`, names only.

    `staff`: whether the reader is of the operator; other readers get no addresses of its administrators.
    """
    everybody = (*plan.told, *plan.not_told)
    names = endpoint_names(one.address for one in everybody if one.channel is not Channel.EMAIL)
    return tuple(
        _row(
            planned,
            names,
            addresses=addresses,
            staff=staff,
            is_later=planned.withheld is Withheld.LATER_STEP and bool(plan.climbs),
        )
        for planned in everybody
    )


def reasons_of(because: Iterable[Because]) -> tuple[ReasonRow, ...]:
    entries, language = topics(), _language()
    return tuple(
        ReasonRow(
            entries[one.topic].name(language),
            reason_label(one.reason),
            withheld_label(one.withheld) if one.withheld else "",
        )
        for one in because
    )


def held_rows(held: Iterable[Held], zone: str) -> tuple[HeldRow, ...]:
    """Return in words what makes something wait, in the order in which it ends; `zone` is the recipient's."""
    return tuple(HeldRow(held_label(one.because), moment_in(one.until, zone), one.until) for one in held)


def shown_address(address: str, because: Iterable[Because], *, addresses: bool, staff: bool) -> str:
    """Return the address where the reader may see it, else nothing."""
    of_operator = all(one.reason in OPERATOR_REASONS for one in because)
    return address if addresses and (staff or not of_operator) else ""


def language_name(code: str) -> str:
    return language_for(code).native_name


def moment_in(value: datetime, zone: str) -> str:
    """Return a moment in somebody else's zone, in the reader's language."""
    return format_moment(value, _language(), zone)


def _row(
    planned: Planned, names: Mapping[str, EndpointName], *, addresses: bool, staff: bool, is_later: bool
) -> RecipientRow:
    person = planned.person
    endpoint = names.get(planned.address) if planned.channel is not Channel.EMAIL else None
    where = endpoint.label if endpoint else planned.address
    address = shown_address(where, planned.because, addresses=addresses, staff=staff)
    return RecipientRow(
        name=person.name or address or _("Without a name"),
        address=address,
        channel=channel_label(planned.channel),
        language=language_name(person.language),
        moment=moment_in(planned.at, person.time_zone),
        reasons=reasons_of(planned.because),
        why_not=_why_not(planned, is_later=is_later),
        is_later=is_later,
        held=held_rows(planned.held, person.time_zone),
        at=planned.at,
    )


def _why_not(planned: Planned, *, is_later: bool) -> str:
    if planned.withheld is None:
        return ""
    if not is_later:
        return withheld_label(planned.withheld)
    moment = moment_in(planned.at, planned.person.time_zone)
    return _("Told at %(moment)s, if nobody acknowledges before.") % {"moment": moment}


def _language() -> str:
    return get_language() or "en"
