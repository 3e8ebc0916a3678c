"""What changed in the day before an incident began: often the cause, and always worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.feeds.models import FeedRun
from liaison.health.access import visible_marks
from liaison.health.models import Incident
from liaison.health.titles import rule_name
from liaison.lib.dates import format_number

LOOKED_BACK: Final = timedelta(hours=24)
_MOST_FEEDS: Final = 5
_MOST_EVENTS: Final = 30
_MOST_MARKS: Final = 20


@dataclass(frozen=True)
class Change:
    """One change. `name` is somebody's own word for what was changed, `link` leads to more; both may be empty."""

    at: datetime
    text: str
    name: str = ""
    link: str = ""


_OF_ACCOUNT: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        Happened.CONTACTS_CHANGED: gettext_lazy("The contact information was changed."),
        Happened.CONTACTS_COMPLETED: gettext_lazy("The contact information was completed."),
        Happened.CONTACT_ROLE_LEFT: gettext_lazy("Somebody left the contact information."),
        Happened.CONTACT_UNREACHABLE: gettext_lazy("A contact cannot be reached any more."),
        Happened.INTEGRATION_LAUNCHED: gettext_lazy("An integration was launched."),
        Happened.INTEGRATION_PAUSED: gettext_lazy("The integration was paused."),
        Happened.INTEGRATION_RESUMED: gettext_lazy("The integration was set live again."),
        Happened.INTEGRATION_DISABLED: gettext_lazy("The integration was disabled."),
        Happened.INTEGRATION_RESTORED: gettext_lazy("The operator set the integration live again."),
        Happened.HEALTH_CHECK_CHANGED: gettext_lazy("The health check was changed."),
        Happened.FEED_CHANGED: gettext_lazy("What is expected of a feed was changed."),
    }
)
_OF_INTEGRATION: Final = tuple(kind for kind in _OF_ACCOUNT if kind.startswith("integration."))
_OF_RULES: Final = (Happened.RULE_CHANGED, Happened.RULE_CHANGE_REMOVED)


def changed_lately(incident: Incident, reader: Identity) -> tuple[Change, ...]:
    """Return what changed before the incident began, the newest first. Four queries."""
    start, end = incident.started_at - LOOKED_BACK, incident.started_at
    found = [*_events(incident, start, end), *_feeds(incident, start, end), *_marks(incident, reader, start, end)]
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))


def _events(incident: Incident, start: datetime, end: datetime) -> Iterator[Change]:
    integration = incident.environment.integration
    account_id, place = integration.account_id, integration.audit_ref
    then = Event.objects.filter(at__gte=start, at__lte=end).order_by("-id")
    of_account = then.filter(account_id=account_id, kind__in=[*_OF_ACCOUNT]).filter(
        ~Q(kind__in=_OF_INTEGRATION) | Q(subject_kind=place.kind, subject_id=place.id)
    )
    for event in of_account[:_MOST_EVENTS]:
        yield Change(event.at, str(_OF_ACCOUNT[event.kind]))
    # A rule that was changed for everybody or for a kind belongs to no account.
    of_rules = then.filter(Q(account_id=account_id) | Q(account_id=None), subject_kind="rule", kind__in=_OF_RULES)
    for event in of_rules[:_MOST_EVENTS]:
        yield Change(event.at, _("A rule of the monitoring was changed."), rule_name(event.subject_id))


def _feeds(incident: Incident, start: datetime, end: datetime) -> Iterator[Change]:
    rows = FeedRun.objects.filter(
        feed__environment_id=incident.environment_id, ended_at__gte=start, ended_at__lte=end, errors__gt=0
    )
    for run in rows.select_related("feed").order_by("-errors", "-ended_at")[:_MOST_FEEDS]:
        said = ngettext(
            "A run of a feed ended with %(count)s error.", "A run of a feed ended with %(count)s errors.", run.errors
        )
        count = format_number(run.errors, get_language() or "en")
        yield Change(run.ended_at or run.received_at, said % {"count": count}, run.feed.name)


def _marks(incident: Incident, reader: Identity, start: datetime, end: datetime) -> Iterator[Change]:
    rows = visible_marks(reader).filter(
        Q(environment=None) | Q(environment_id=incident.environment_id),
        account_id=incident.environment.integration.account_id,
        at__gte=start,
        at__lte=end,
    )
    for mark in rows.order_by("-at", "-pk")[:_MOST_MARKS]:
        yield Change(mark.at, _("Something was changed on purpose."), mark.title, mark.link)
