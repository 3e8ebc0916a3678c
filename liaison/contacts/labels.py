"""The words of the form: what each field is called, what it is for, and who sees it (C2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel.lists import format_list
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import ContactField
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for

_LABELS: Final[Mapping[ContactField, Promise]] = {
    ContactField.ALERT: _("Alert contacts"),
    ContactField.EMERGENCY: _("Technical emergency contacts"),
    ContactField.NON_EMERGENCY: _("Technical non-emergency contacts"),
    ContactField.MERCHANT: _("Operational contact for merchant issues"),
    ContactField.OPERATOR: _("Operational contact (for %(operator)s)"),
    ContactField.SHARED: _("Operational contact (shared with users)"),
    ContactField.HOURS: _("Support hours"),
}
_PURPOSES: Final[Mapping[ContactField, Promise]] = {
    ContactField.ALERT: _(
        "Users of this portal who can solve technical problems in production. Each of them gets an e-mail "
        "whenever a problem is detected there."
    ),
    ContactField.EMERGENCY: _(
        "Who is called in an emergency, for example when an integration was disabled. The first entry is "
        "told first, the next one when nobody answers or can be reached. We recommend an address that pages somebody."
    ),
    ContactField.NON_EMERGENCY: _(
        "Who helps with technical questions that can wait, for example moving to a new API version or data "
        "that does not match."
    ),
    ContactField.MERCHANT: _(
        "Who is told about problems of a merchant, for example when a merchant asks to be removed because it "
        "has no business with you."
    ),
    ContactField.OPERATOR: _(
        "Who deals with complaints of end users that need you to act, for example a booking that was not honoured."
    ),
    ContactField.SHARED: _(
        "The support e-mail alias of your brand. End users write to it about refunds, cancellations and changes."
    ),
    ContactField.HOURS: _("When you support end users. Add as many rows as you need; each has its own time zone."),
}
_AUDIENCES: Final[Mapping[ContactField, Promise]] = {
    ContactField.OPERATOR: _("Only %(operator)s sees this. It is never shown to end users."),
    ContactField.SHARED: _("End users see this."),
    ContactField.HOURS: _("End users see this."),
}
_INSIDE: Final = _("Your account and %(operator)s see this. End users do not.")


def field_label(field: ContactField) -> str:
    """Return what the field is called, in the active language."""
    return str(_LABELS[field]) % {"operator": settings.OPERATOR_NAME}


def field_purpose(field: ContactField) -> str:
    """Return what the field is for, in the active language."""
    return str(_PURPOSES[field])


def field_audience(field: ContactField) -> str:
    """Return who sees what is given here, in the active language."""
    return str(_AUDIENCES.get(field, _INSIDE)) % {"operator": settings.OPERATOR_NAME}


def is_shown_to_end_users(field: ContactField) -> bool:
    return field in {ContactField.SHARED, ContactField.HOURS}


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence of the active language: `a, b and c`."""
    return format_list(list(words), locale=language_for(get_language()).cldr)


@dataclass(frozen=True)
class FieldNames:
    """Fields as their names in a sentence; put into words when it is read, in the reader's language."""

    fields: tuple[ContactField, ...]

    def __str__(self) -> str:
        return listed(field_label(field) for field in self.fields)


@dataclass(frozen=True)
class KindNames:
    """Integration kinds as their names in a sentence of the reader's language."""

    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return listed(integration_kinds()[kind].name(get_language() or "en") for kind in self.kinds)


@dataclass(frozen=True)
class Moment:
    """A moment in the reader's language and zone."""

    at: datetime | None

    def __str__(self) -> str:
        if self.at is None:
            return "—"
        return format_moment(self.at, get_language() or "en", timezone.get_current_timezone_name())
