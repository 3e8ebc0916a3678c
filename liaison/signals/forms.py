"""The form of a source. It asks and shows; the verb checks and refuses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

_QUERY = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"})


class PrometheusForm(forms.Form):
    """A Prometheus, and what it is asked each minute."""

    name = forms.CharField(label=_("Name"), max_length=100)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("For example http://prometheus.example:9090, without the path of its API."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    token = forms.CharField(
        label=_("Bearer token"),
        max_length=4000,
        required=False,
        help_text=_("It is kept sealed and never shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    query = forms.CharField(
        label=_("Query for the number of calls"),
        max_length=4000,
        help_text=_(
            "It is asked as of the end of each minute, and gives the calls of that minute by the labels integration, "
            "environment, action, outcome, merchant and code."
        ),
        widget=_QUERY,
    )
    latency_query = forms.CharField(
        label=_("Query for the mean duration in milliseconds"),
        max_length=4000,
        required=False,
        help_text=_("By the labels integration, environment and action."),
        widget=_QUERY,
    )
