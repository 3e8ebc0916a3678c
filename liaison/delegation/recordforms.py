"""The forms of sales records, of who manages a customer, and of domains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.accounts.forms.choices import language_choices, zone_options
from liaison.delegation.actions.records import LONGEST_ADDRESS, LONGEST_CORRECTION, RecordValues
from liaison.delegation.models import LONGEST_REASON


class CorrectionForm(forms.Form):
    """What is wrong in a sales record, in the words of who noticed."""

    text = forms.CharField(
        label=_("What is wrong, and how is it right?"),
        max_length=LONGEST_CORRECTION,
        help_text=_("Support reads it, and changes the sales record where it agrees."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class RecordForm(forms.Form):
    """What sales know of a customer."""

    company = forms.CharField(label=_("Company"), max_length=200)
    address = forms.CharField(
        label=pgettext_lazy("where a company is", "Address"),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_name = forms.CharField(label=_("Contact"), max_length=150, required=False)
    contact_address = forms.CharField(
        label=_("E-mail address of the contact"),
        max_length=254,
        required=False,
        help_text=_("Gets the signed links by which a customer without users decides who may see its cases."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    contact_phone = forms.CharField(
        label=_("Phone number of the contact"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def values(self) -> RecordValues:
        """Return what a valid form holds."""
        names = ("company", "address", "contact_name", "contact_address", "contact_phone")
        return RecordValues(**{name: self.cleaned_data[name] for name in names})


class NewCustomerForm(RecordForm):
    """A new account of a customer, with its sales record."""

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=63,
        help_text=_("Small Latin letters, digits and hyphens. It stands in addresses and cannot be changed."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    field_order = ("name", "slug", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"language": settings.LANGUAGE_CODE, "time_zone": settings.DEFAULT_TIME_ZONE}
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_options()  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why staff change who manages a customer."""

    why = forms.CharField(
        label=_("Reason for the change"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=_("It stands in the history that the customer and staff see."),
    )


class ManagerForm(ReasonForm):
    """Which reseller's domain manages a customer."""

    domain = forms.CharField(
        label=_("Domain of the reseller"),
        max_length=253,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false", "list": "reseller-domains"}
        ),
    )
    field_order = ("domain", "why")


class DomainForm(forms.Form):
    """One more domain of a reseller or a support partner."""

    name = forms.CharField(
        label=_("Domain"),
        max_length=253,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
