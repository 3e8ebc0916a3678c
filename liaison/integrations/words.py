"""What is said about a pause, in the language and zone that are active while it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.integrations.models import Pause
from liaison.integrations.vocabulary import PauseEvent
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_moment
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient, Subject

SUBJECTS: Final[Mapping[PauseEvent, Promise]] = MappingProxyType(
    {
        PauseEvent.SCHEDULED: gettext_lazy("Maintenance planned: %(integration)s (%(account)s)"),
        PauseEvent.STARTED: gettext_lazy("Paused for maintenance: %(integration)s (%(account)s)"),
        PauseEvent.CHANGED: gettext_lazy("Maintenance changed: %(integration)s (%(account)s)"),
        PauseEvent.ENDS_SOON: gettext_lazy("The pause ends soon: %(integration)s (%(account)s)"),
        PauseEvent.PAST_ITS_END: gettext_lazy("The pause is past its end: %(integration)s (%(account)s)"),
        PauseEvent.PAST_THE_CAP: gettext_lazy("The pause lasts too long: %(integration)s (%(account)s)"),
        PauseEvent.ENDED: gettext_lazy("Live again after maintenance: %(integration)s (%(account)s)"),
        PauseEvent.CANCELLED: gettext_lazy("Maintenance cancelled: %(integration)s (%(account)s)"),
    }
)


def pause_content(pause: Pause, subject: Subject, recipient: Recipient) -> Content:
    """Return what is said about a pause read with its integration and account. Its reason stays as it was written."""
    event = PauseEvent(subject.facts["event"])
    integration, because = pause.integration, str(subject.facts.get("because", ""))
    starts_at, ends_at = _read(subject.facts["starts_at"]), _read(subject.facts["ends_at"])
    by = Identity.objects.with_account().filter(pk=subject.facts.get("by") or 0).first()
    reader = Identity.objects.with_account().filter(pk=recipient.identity_id or 0).first()
    who = "" if by is None else shown_name(by, reader)
    link = _link(pause, reader)
    context = {
        "event": event.value,
        "because": because,
        "account_name": integration.account.name,
        "integration_name": kind_name(integration.kind),
        "starts": _moment(starts_at),
        "ends": _moment(ends_at),
        "ended": _moment(pause.over_at) if event is PauseEvent.ENDED else "",
        "ends_by_itself": pause.ends_by_itself,
        "hours": settings.PAUSE_MAX_HOURS,
        "reason": pause.reason,
        "who": who,
        "link": link,
    }
    named = {"integration": context["integration_name"], "account": context["account_name"]}
    return Content(
        subject=str(SUBJECTS[event]) % named,
        template="integrations/mail/maintenance",
        context=context,
        data=_facts(pause, subject, link=link, who=who),
    )


def shown_name(by: Identity, reader: Identity | None) -> str:
    """Return who did it, as the reader may know them: the operator's people are the operator to everybody else."""
    if by.is_staff and not (reader is not None and reader.is_staff):
        return _("The operator")
    return by.name


def _facts(pause: Pause, subject: Subject, *, link: str, who: str) -> dict[str, Any]:
    """Return what programs are told (`docs/reference/webhooks.md`)."""
    integration = pause.integration
    return {
        "type": f"pause.{subject.facts['event']}",
        "account": {"id": integration.account.slug, "name": integration.account.name},
        "integration": {"id": integration.public_id, "kind": integration.kind},
        "pause": {
            "id": pause.public_id,
            "state": str(pause.state),
            "starts_at": _read(subject.facts["starts_at"]),
            "ends_at": _read(subject.facts["ends_at"]),
            "ends_by_itself": pause.ends_by_itself,
            "reason": pause.reason,
            "over_at": pause.over_at,
        },
        "by": who or None,
        "because": subject.facts.get("because"),
        "links": {"page": link},
    }


def _link(pause: Pause, reader: Identity | None) -> str:
    """Return a link that opens in the reader's own sign-in."""
    path = f"/integrations/{pause.integration.public_id}/pause/"
    return public_link(f"/go{path}") if reader is None else portal_link(path, reader.public_id)


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return format_moment(moment, get_language() or "en", timezone.get_current_timezone_name())
