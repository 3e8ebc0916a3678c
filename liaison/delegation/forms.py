"""The forms of what a customer grants."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.delegation.models import LONGEST_REASON
from liaison.delegation.vocabulary import GrantLevel

NOTHING: Final = "nothing"
_MEANINGS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        GrantLevel.VIEW: _("View cases: read them, and download their attachments"),
        GrantLevel.MANAGE: _("File and manage cases: also file cases for you, write in them, and change them"),
        NOTHING: _("No access"),
    }
)


class WhyForm(forms.Form):
    """A reason, that nobody need give."""

    why = forms.CharField(
        label=pgettext_lazy("why", "Reason"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("It stands in your history. The other account does not see it."),
    )


class PartnerWhyForm(WhyForm):
    """The same for a support partner, whose reason the customer reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].help_text = _("The customer reads it in its history.")


class GrantForm(WhyForm):
    """What an account may do, of the levels that the reader can choose."""

    level = forms.ChoiceField(label=_("What it may do with your cases"), widget=forms.RadioSelect)
    field_order = ("level", "why")

    def __init__(self, *args: Any, levels: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level, _MEANINGS[level]) for level in levels]  # type: ignore[attr-defined]


class LinkForm(GrantForm):
    """The same for who decides by a signed link, with nothing as a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, levels=(GrantLevel.VIEW, GrantLevel.MANAGE, NOTHING), **kwargs)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, also where it sent no field; None where nothing was sent."""
    return request.POST if request.method == "POST" else None


def chosen_level(form: GrantForm) -> GrantLevel | None:
    """Return what a valid form chose; None for nothing."""
    level = form.cleaned_data["level"]
    return None if level == NOTHING else GrantLevel(level)
