"""The forms of groups, of where cases may be shared to, and of what mail one wants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.accounts.mail_choices import offered_to, wishes_of
from liaison.accounts.models import Account, Group, Identity
from liaison.accounts.queries import users_of
from liaison.accounts.vocabulary import MailWish
from liaison.accounts.wording import WISHES
from liaison.catalog.loader import topics
from liaison.catalog.vocabulary import Topic


class GroupForm(forms.Form):
    """Name and members; the address of a new one."""

    name = forms.CharField(label=_("Name"), max_length=100)
    address = forms.CharField(
        label=_("E-mail address"),
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("In a domain of this account. What is shared with this address is shared with every member."),
    )
    members = forms.MultipleChoiceField(label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, account: Account, *args: Any, group: Group | None = None, **kwargs: Any) -> None:
        self._people = {one.public_id: one for one in users_of(account)}
        if group is not None:
            held = list(group.members.values_list("public_id", flat=True))
            kwargs.setdefault("initial", {"name": group.name, "members": held})
        super().__init__(*args, **kwargs)
        if group is not None:
            del self.fields["address"]
        choices = [(key, f"{one.name} ({one.username})") for key, one in self._people.items()]
        self.fields["members"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Identity]:
        """Return the members that were chosen; only for a form that holds."""
        return [self._people[key] for key in self.cleaned_data["members"]]


class SharingForm(forms.Form):
    domains = forms.CharField(
        label=_("Domains"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": "4", "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("One in each line. Without any, cases can be shared with every address."),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"domains": "\n".join(account.share_domains)})
        super().__init__(*args, **kwargs)

    @property
    def lines(self) -> list[str]:
        """Return the domains that were typed; only for a form that holds."""
        return str(self.cleaned_data["domains"]).split()


class MailChoicesForm(forms.Form):
    """One question for each topic that leaves a choice, named by its key."""

    def __init__(self, identity: Identity, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {topic.value: wish.value for topic, wish in wishes_of(identity).items()})
        super().__init__(*args, **kwargs)
        for topic, wishes in offered_to(identity).items():
            self.fields[topic.value] = forms.ChoiceField(
                label=topics()[topic].name(get_language() or "en"),
                choices=[(wish.value, WISHES[topic, wish]) for wish in wishes],
                widget=forms.RadioSelect,
            )

    @property
    def wishes(self) -> dict[Topic, MailWish]:
        """Return what was chosen; only for a form that holds."""
        return {Topic(topic): MailWish(wish) for topic, wish in self.cleaned_data.items()}
