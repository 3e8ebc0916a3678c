"""The form of "Who would be told?"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import severities, topics
from liaison.health.actions.working import LONGEST_COMMENT, LONGEST_NOTE
from liaison.health.vocabulary import RAISED_BY_STAFF
from liaison.health.words import ENVIRONMENT_NAMES
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.lib.zones import city_name, is_within_the_calendar, zone_choices


class CommentForm(forms.Form):
    """What somebody says about an incident. Staff say whether the partner may read it."""

    text = forms.CharField(
        label=_("Comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )
    is_internal = forms.BooleanField(
        label=_("For staff only"), required=False, help_text=_("The partner never sees an internal comment.")
    )

    def __init__(self, *args: Any, is_of_staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_of_staff:
            del self.fields["is_internal"]


class NoteForm(forms.Form):
    """What was learned from an incident that is over."""

    text = forms.CharField(
        label=_("What happened, and what was learned"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody who sees the incident can read it."),
    )


class WhoWouldBeToldForm(forms.Form):
    """What happens where, and when by the clocks of a zone."""

    integration = forms.ChoiceField(label=_("Integration"))
    environment = forms.ChoiceField(label=_("Environment"), choices=list(ENVIRONMENT_NAMES.items()))
    topic = forms.ChoiceField(label=_("What happens"))
    at = forms.CharField(
        label=_("Date and time"),
        help_text=_("Local time in the zone below."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(
        self, *args: Any, integrations: Sequence[Integration], with_accounts: bool, zone: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._choose(
            "integration", [(one.public_id, integration_label(one, with_account=with_accounts)) for one in integrations]
        )
        self._choose("topic", _happenings(language))
        zones = zone_choices() if zone in zone_choices() else (zone, *zone_choices())
        self._choose("zone", [(name, f"{city_name(name, language)} ({name})") for name in zones])

    def clean_at(self) -> datetime:
        try:
            found = datetime.fromisoformat(self.cleaned_data["at"].strip())
        except ValueError as error:
            raise forms.ValidationError(_("Enter a date and a time, for example 2026-11-05 14:05.")) from error
        if found.tzinfo is not None or not is_within_the_calendar(found):
            raise forms.ValidationError(_("Enter a date and a time, for example 2026-11-05 14:05."))
        return found

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} has no choices")
        field.choices = choices


def _happenings(language: str) -> list[tuple[str, str]]:
    """Return the severities of problems, and what staff tell a partner that is not urgent."""
    problems = [
        (entry.key.value, gettext("Problem: %(severity)s") % {"severity": entry.name(language)})
        for entry in severities().values()
    ]
    return problems + [(topic.value, topics()[topic].name(language)) for topic in RAISED_BY_STAFF]


def integration_label(integration: Integration, *, with_account: bool) -> str:
    """Return an integration as a choice; for readers of many accounts with its account."""
    name = kind_name(integration.kind)
    return f"{integration.account.name} · {name}" if with_account else name
