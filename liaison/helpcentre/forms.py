"""The forms of writers. They ask and show; the verbs check and refuse."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from liaison.helpcentre.models import LONGEST_NOTE, LONGEST_SLUG, LONGEST_TEXT
from liaison.helpcentre.words import Words


class ArticleForm(forms.Form):
    slug = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_SLUG,
        help_text=_("It stands in the address of the page and never changes. For example: invoices-and-payments"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )


class DraftForm(forms.Form):
    """A text in one language. Everything may be missing until a review is asked for."""

    title = forms.CharField(label=_("Title"), required=False, help_text=_("What somebody would look for."))
    lead = forms.CharField(
        label=_("First paragraph"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("It stands under the title and in the list: the answer in one or two sentences."),
    )
    body = forms.CharField(
        label=_("Sections"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "20", "spellcheck": "true"}),
        help_text=_("Markdown. Each line that begins with “## ” is the heading of a section that opens and closes."),
    )
    keywords = forms.CharField(
        label=_("Search should also find it by"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("Words that readers type and that do not stand in the text, one on each line."),
    )
    note = forms.CharField(
        label=_("What is new"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("For whoever reviews it, and for the history. Readers do not see it."),
    )
    stamp = forms.CharField(widget=forms.HiddenInput(), required=False)

    def write_in(self, html_lang: str) -> None:
        """Let browsers and screen readers know the language of what is typed; the labels stay in the reader's."""
        for name in ("title", "lead", "body", "keywords"):
            self.fields[name].widget.attrs |= {"lang": html_lang, "translate": "no"}

    def words(self) -> Words:
        values = {name: self.cleaned_data.get(name) or "" for name in ("title", "lead", "body", "keywords", "note")}
        keywords = tuple(values.pop("keywords").splitlines())
        return Words(**values, keywords=keywords)


class SendBackForm(forms.Form):
    note = forms.CharField(
        label=_("What should be different"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class PictureForm(forms.Form):
    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP. Without names, addresses and other data of real people."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )


class DealForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "5"}),
        help_text=_("It is mailed as you write it. Leave it empty to send nothing."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("For the staff only: what was done about it."),
    )

    def __init__(self, *args: object, may_answer: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        if not may_answer:
            del self.fields["answer"]
