"""The form of a notice. It asks and shows; the verb checks and refuses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Account
from liaison.calendars.forms import MomentField
from liaison.expectations.vocabulary import Expected
from liaison.expectations.wording import EXPECTED
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.lib.languages import LANGUAGES
from liaison.notices.models import LONGEST_TEXT, LONGEST_TITLE, NoticeTopic
from liaison.notices.wording import topic_name


class NoticeForm(forms.Form):
    topic = forms.ChoiceField(label=_("Topic"), help_text=_("It decides which contacts of the account are told."))
    integration = forms.ChoiceField(label=_("Integration"), required=False)
    title = forms.CharField(label=_("Subject"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text=_("Plain text. It is sent as you write it, and is not translated."),
    )
    language = forms.ChoiceField(
        label=_("Written in"), help_text=_("Readers of other languages see it beside the text.")
    )
    expected = forms.ChoiceField(
        label=_("What is expected"),
        required=False,
        help_text=_("It is repeated, and told to more people of the account, when no answer comes in time."),
    )
    due_at = MomentField(
        label=_("Expected by"),
        required=False,
        help_text=_(
            "Local time in your time zone. Leave it empty for the usual time: one business day of the account."
        ),
    )
    is_urgent = forms.BooleanField(
        label=_("It is urgent"),
        required=False,
        help_text=_("It then waits neither for the support hours of the account nor for quiet hours of its readers."),
    )

    def __init__(self, *args: Any, account: Account, zone: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"language": account.language, "expected": Expected.ANSWER.value})
        super().__init__(*args, **kwargs)
        integrations = Integration.objects.filter(account=account).order_by("pk")
        self._choose("topic", [(topic.value, topic_name(topic)) for topic in NoticeTopic])
        self._choose(
            "integration",
            [("", _("The account as a whole")), *((one.public_id, kind_name(one.kind)) for one in integrations)],
        )
        self._choose("expected", [("", _("Nothing")), *((key.value, words) for key, words in EXPECTED.items())])
        due_at = self.fields["due_at"]
        if isinstance(due_at, MomentField):
            due_at.zone = zone
        self._choose("language", [(language.code, language.native_name) for language in LANGUAGES])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
