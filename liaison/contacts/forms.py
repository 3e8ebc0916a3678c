"""The small forms of endpoints. The record's own form is `formdata` and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.calendars.queries import regions
from liaison.contacts.channels import ContactPerson
from liaison.contacts.channelwords import WORDS
from liaison.contacts.models import MOST_ESCALATION_MINUTES, MOST_ESCALATION_ROUNDS
from liaison.lib.http.targets import LONGEST_URL
from liaison.notifications.endpoints import PHONE_CHANNELS
from liaison.notifications.facts import Channel

_NAME_HELP = _("What it leads to, for example: pager of the night shift.")


class EndpointForm(forms.Form):
    """The form of every channel: what it asks for as an address has other words in each."""

    person = forms.ChoiceField(label=_("Contact"), help_text=_("Whoever is told by e-mail is told here as well."))
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_NAME_HELP)
    url = forms.CharField(
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    only_emergencies = forms.BooleanField(
        label=_("Only emergencies"),
        required=False,
        help_text=_("Technical emergencies, urgent cases and drills. All else goes by e-mail alone."),
    )

    def __init__(
        self, *args: object, people: Sequence[ContactPerson], channel: Channel = Channel.WEBHOOK, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they come
        choice, words = self.fields["person"], WORDS[channel]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(one.reference, one.name or one.address) for one in people]
        url = self.fields["url"]
        url.label, url.help_text = str(words.label), str(words.help)
        kind = "tel" if channel in PHONE_CHANNELS else "url"
        url.widget.attrs |= {"inputmode": kind, "placeholder": words.example}
        self.fields["only_emergencies"].initial = channel in PHONE_CHANNELS


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
