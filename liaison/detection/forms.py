"""The form of a rule's numbers: it asks for what the measure has, shares in percent. The verb checks and refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from liaison import catalog
from liaison.catalog.rulelimits import limits_of, parameters_of
from liaison.catalog.rules import Rule
from liaison.detection.saying import SHARES
from liaison.detection.wording import EFFECTS, PARAMETERS, UNITS
from liaison.lib.dates import format_number, format_share

_ORDER: Final = (
    "threshold", "is_over", "clear_below", "objective", "minutes", "long_minutes", "min_calls", "min_errors",
    "min_merchants", "min_entities", "for_minutes", "clear_minutes", "severity", "effect",
)  # fmt: skip


class RuleForm(forms.Form):
    """`rule` is the one whose numbers stand in the form at first; its measure decides which there are."""

    is_on = forms.BooleanField(
        label=_("This rule is judged"),
        required=False,
        help_text=_("While it is off nothing is found by it, and what it found is over."),
    )

    def __init__(self, data: Any = None, *, rule: Rule, is_on: bool = True) -> None:
        initial = {name: _shown(rule, name) for name in parameters_of(rule.measure)}
        super().__init__(data, initial={**initial, "is_on": is_on})
        self.rule = rule
        used = parameters_of(rule.measure)
        for name in _ORDER:
            if name in used:
                self.fields[name] = _field(rule, name)

    def parameters(self) -> dict[str, Any]:
        """Return what was entered, as the verb takes it."""
        found = {}
        for name in parameters_of(self.rule.measure):
            value = self.cleaned_data[name]
            if isinstance(value, Decimal):
                value = float(value / 100) if _is_share(self.rule, name) else float(value)
            found[name] = value
        return found

    def limit_in_words(self, name: str, limit: object) -> str:
        """Return a limit of the verb (`0.05`) as the reader would enter it (`5%`)."""
        number, language = float(str(limit)), get_language() or "en"
        return format_share(number, language) if _is_share(self.rule, name) else format_number(number, language)


def _field(rule: Rule, name: str) -> forms.Field:
    label = str(PARAMETERS[name])
    if name == "severity":
        language = get_language() or "en"
        choices = [(key.value, entry.name(language)) for key, entry in catalog.severities().items()]
        return forms.ChoiceField(label=label, choices=choices)
    if name == "effect":
        choices = [(key.value, str(words)) for key, words in EFFECTS.items()]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if name == "is_over":
        return forms.BooleanField(label=label, required=False)
    if name in {"threshold", "clear_below", "objective"}:
        help_text = str(UNITS[rule.measure]) if name == "threshold" else _help(name)
        return forms.DecimalField(label=label, required=name != "clear_below", help_text=help_text)
    least, most = limits_of(rule, name) or (0, 0)
    return forms.IntegerField(label=label, min_value=int(least), max_value=int(most))


def _help(name: str) -> str:
    if name == "objective":
        return gettext("Share of calls that are to succeed, in percent.")
    return gettext("In the same unit as the threshold, at most the threshold. Leave it empty to use the threshold.")


def _is_share(rule: Rule, name: str) -> bool:
    return name == "objective" or (name in {"threshold", "clear_below"} and rule.measure in SHARES)


def _shown(rule: Rule, name: str) -> Any:
    value = getattr(rule, name)
    if isinstance(value, float):
        exact = Decimal(repr(value))
        number = exact * 100 if _is_share(rule, name) else exact
        return number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1))
    return value
