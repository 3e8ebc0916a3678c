"""What end users may know of a brand: its support alias and hours (C8). It reads nothing else of the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry
from liaison.contacts.queries import hours_of
from liaison.integrations.models import Brand, Integration
from liaison.lib.dates import format_clock, format_days, format_hours_row
from liaison.lib.hours import HoursRow, open_state
from liaison.lib.refusals import Missing
from liaison.lib.zones import city_name


@dataclass(frozen=True)
class BrandSupport:
    """The shared contact of a brand at a moment. `changes_at` is aware, in UTC; None: it never changes."""

    brand_name: str
    address: str
    hours: tuple[HoursRow, ...]
    is_open: bool
    changes_at: datetime | None
    asked_at: datetime

    @property
    def hours_in_words(self) -> tuple[str, ...]:
        return tuple(format_hours_row(row, get_language() or "en") for row in self.hours)

    @property
    def now_in_words(self) -> str:
        """Return `Open now, closes 18:00, Seoul` in the reader's language and the zone of the hours."""
        if self.changes_at is None:
            return _("Open at all times") if self.is_open else _("Closed now")
        zone = self._zone()
        language = get_language() or "en"
        local = self.changes_at.astimezone(ZoneInfo(zone))
        facts = {"time": format_clock(local.time(), language), "city": city_name(zone, language)}
        if local.date() == self.asked_at.astimezone(ZoneInfo(zone)).date():
            words = (
                _("Open now, closes %(time)s, %(city)s") if self.is_open else _("Closed now, opens %(time)s, %(city)s")
            )
            return words % facts
        facts["day"] = format_days([local.isoweekday()], language)
        words = (
            _("Open now, closes %(day)s %(time)s, %(city)s")
            if self.is_open
            else _("Closed now, opens %(day)s %(time)s, %(city)s")
        )
        return words % facts

    def _zone(self) -> str:
        """Return the zone whose rows bring the next change, else the first one."""
        zones = tuple(dict.fromkeys(row.zone for row in self.hours))
        for zone in zones:
            own = open_state([row for row in self.hours if row.zone == zone], self.asked_at)
            if own.changes_at == self.changes_at:
                return zone
        return zones[0]


def support_of(slug: str, now: datetime) -> BrandSupport:
    """Return the brand's own alias, else that of the default brand, and the hours.

    Raises Missing for an unknown brand, before the account's first launch (W10), and where no alias was given.
    """
    launched = Integration.objects.filter(account=OuterRef("account"), launched_at__isnull=False)
    brand = Brand.objects.filter(Exists(launched), slug=slug).first()
    if brand is None:
        raise Missing
    aliases = ContactEntry.objects.filter(field=ContactField.SHARED, brand__account=brand.account_id)
    # Its own alias comes first, then that of the default brand; other brands' aliases are not its own.
    usable = aliases.filter(Q(brand=brand) | Q(brand__is_default=True)).order_by("brand__is_default")
    address = usable.values_list("address", flat=True).first()
    if not address:
        raise Missing
    hours = hours_of(brand.account_id)
    state = open_state(hours, now)
    return BrandSupport(brand.name, address, hours, state.is_open, state.changes_at, now)
