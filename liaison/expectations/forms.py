"""The forms of this room. They ask and show; the verbs check and refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.calendars.forms import MomentField
from liaison.expectations.models import LONGEST_NOTE
from liaison.expectations.transitions import may_follow
from liaison.expectations.vocabulary import Answer
from liaison.expectations.wording import ANSWERS, EXPECTED


class AnswerForm(forms.Form):
    """What the partner answers, of what may follow the answer `before`; the estimate is in the reader's `zone`."""

    answer = forms.ChoiceField(label=_("Your answer"), widget=forms.RadioSelect)
    estimate_at = MomentField(
        label=_("Solved by, as far as you know"),
        required=False,
        help_text=_("Needed while you work on it. Local time in your time zone."),
    )
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )

    def __init__(self, *args: Any, before: str, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment, choices = self.fields["estimate_at"], [one for one in Answer if may_follow(before, one)]
        if isinstance(moment, MomentField):
            moment.zone = zone
        self.fields["answer"].choices = [(one.value, ANSWERS[one]) for one in choices]  # type: ignore[attr-defined]  # a choice field


class ChangeForm(forms.Form):
    """What staff expect, and by when in the reader's `zone`."""

    expected = forms.ChoiceField(label=_("Expected"), choices=[(key.value, words) for key, words in EXPECTED.items()])
    due_at = MomentField(label=_("Expected by"), help_text=_("Local time in your time zone."))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moment = self.fields["due_at"]
        if isinstance(moment, MomentField):
            moment.zone = zone
