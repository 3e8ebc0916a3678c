"""The small forms of endpoints. The record's own form is `formdata` and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.calendars.queries import regions
from liaison.contacts.channels import ContactPerson
from liaison.contacts.models import MOST_ESCALATION_MINUTES, MOST_ESCALATION_ROUNDS
from liaison.lib.http.targets import LONGEST_URL

_NAME_HELP = _("What it leads to, for example: pager of the night shift.")


class EndpointForm(forms.Form):
    person = forms.ChoiceField(label=_("Contact"), help_text=_("Whoever is told by e-mail is told here as well."))
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_NAME_HELP)
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Where we send to, for example https://hooks.example.com/liaison."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, people: Sequence[ContactPerson], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        choice = self.fields["person"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(one.reference, one.name or one.address) for one in people]


class EscalationForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Minutes for an answer"),
        min_value=1,
        max_value=MOST_ESCALATION_MINUTES,
        help_text=_("After so many minutes without an answer the next are called: 1 to 60, usually 5."),
    )
    rounds = forms.IntegerField(
        label=_("How often everybody is called"),
        min_value=1,
        max_value=MOST_ESCALATION_ROUNDS,
        help_text=_("When the last were called, it begins again with the first: 1 to 10 times in all, usually 3."),
    )


class DigestForm(forms.Form):
    waits_for_hours = forms.BooleanField(
        label=_("Send what is not urgent as one e-mail in our support hours"),
        required=False,
        help_text=_("It holds for merchant issues and user escalations. Everything else comes as before."),
    )
    holiday_region = forms.ChoiceField(
        label=_("Public holidays"),
        required=False,
        help_text=_("On the public holidays of this region the support hours do not open."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        choice = self.fields["holiday_region"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", _("None")), *((one.code, one.name) for one in regions())]


class EndpointNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_NAME_HELP)
