"""The words for what an audit found, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.notifications.auditing.vocabulary import Trouble

TROUBLES: Mapping[Trouble, Promise] = MappingProxyType(
    {
        Trouble.OVERDUE: _("Messages that are due, and that no worker sends"),
        Trouble.STUCK: _("Messages that a worker holds for too long"),
        Trouble.UNKNOWN: _("Messages whose outcome is unknown, and that are not sent again"),
        Trouble.UNREACHABLE: _("Messages that wait because no mail server can be reached"),
        Trouble.UNPLANNED: _("Events for which nobody was chosen to be told"),
        Trouble.LEFT_BEHIND: _("Deliveries without a message that carries them"),
        Trouble.ESCALATION_OVERDUE: _("Escalations whose next step was not taken in time"),
        Trouble.UNANNOUNCED: _("Problems in production of which nothing was announced"),
        Trouble.ALARM_FAILED: _("Staff alarms that reached nobody"),
        Trouble.PUT_OFF: _("Messages that the receiving side has put off"),
        Trouble.FAILED: _("Deliveries that failed"),
        Trouble.REFUSED: _("Deliveries that the receiving server refused"),
        Trouble.BOUNCED: _("Deliveries that came back"),
    }
)


def trouble_label(trouble: str) -> str:
    """Return a kind of trouble in words; the bare key for one that is no longer known."""
    try:
        return str(TROUBLES[Trouble(trouble)])
    except ValueError:
        return trouble
