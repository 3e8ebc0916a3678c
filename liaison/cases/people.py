"""Who has to do with a case, as its page shows it: whether the reader follows it, and with whom it is shared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from liaison.accounts.models import Identity
from liaison.cases import access
from liaison.cases.labels import SHARE_RIGHTS
from liaison.cases.models import Case, Share
from liaison.cases.readers import hearing_of
from liaison.cases.sharing import USUAL_DAYS, domains_for, sees_shares, shares_read
from liaison.cases.vocabulary import CaseRight, ShareRight

_DAYS: Final = (7, 30, 90, 365)


class ShareRightForm(forms.Form):
    """What a share gives, and for how long."""

    right = forms.ChoiceField(
        label=_("What they may do"),
        choices=[(right.value, label) for right, label in SHARE_RIGHTS.items()],
        help_text=_("To comment means to write to support and to attach files."),
    )
    days = forms.TypedChoiceField(label=_("It ends after"), coerce=int, initial=USUAL_DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(days, ngettext("%(days)s day", "%(days)s days", days) % {"days": days}) for days in _DAYS]
        self.fields["days"].choices = choices  # type: ignore[attr-defined]

    def ends_at(self, now: datetime) -> datetime:
        """Return when the share ends; only for a form that holds."""
        return now + timedelta(days=self.cleaned_data["days"])


class ShareForm(ShareRightForm):
    """An address to share a case with."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Of a person or of a group. Whoever reads this mailbox gets each update of the case by e-mail."),
    )
    field_order = ("address", "right", "days")


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One share in words. `by` is who shared it, empty for somebody who is gone."""

    public_id: str
    address: str
    right: str
    expires_at: datetime | None
    by: str
    is_group: bool


@dataclass(frozen=True, slots=True)
class PeoplePanel:
    """What `cases/case_people.html` shows, as `people`. `form` is None for whoever may not share.

    `number` is the case's. `hears`: the reader gets a mail with each update, for whatever reason; `is_silent`: it
    chose none about any case. `domains`: where the case may be shared to; none for anywhere.
    """

    number: str
    hears: bool
    has_mailbox: bool
    is_silent: bool
    shares: tuple[ShareRow, ...] | None
    may_share: bool
    form: ShareForm | None
    domains: tuple[str, ...]


def people_panel(reader: Identity, case: Case, now: datetime, *, form: ShareForm | None = None) -> PeoplePanel:
    """Return the panel for a reader of the case with the form to share it, in five queries at most."""
    panel = panel_without_form(reader, case, now, access.rights_on(reader, case, now))
    return replace(panel, form=form or ShareForm(auto_id="share_%s")) if panel.may_share else panel


def panel_without_form(
    reader: Identity, case: Case, now: datetime, rights: frozenset[CaseRight], *, has_shares: bool = True
) -> PeoplePanel:
    """Return the same for a reader with these rights, whose form is drawn elsewhere; three queries at most.

    `has_shares` is false where it is known that the case is shared with nobody.
    """
    may_share = CaseRight.CHANGE in rights
    mine = hearing_of(reader.pk, case.pk, now)
    shares = shares_read(case, now) if has_shares else ()
    return PeoplePanel(
        number=case.number,
        hears=mine.hears,
        has_mailbox=bool(reader.mailbox or reader.forwards_to or mine.address),
        is_silent=mine.chose_nothing,
        shares=tuple(map(_row, shares)) if sees_shares(reader, case, now) else None,
        may_share=may_share,
        form=None,
        domains=domains_for(case.account) if may_share else (),
    )


def _row(share: Share) -> ShareRow:
    return ShareRow(
        public_id=share.public_id,
        address=share.address,
        right=str(SHARE_RIGHTS[ShareRight(share.right)]),
        expires_at=share.expires_at,
        by=share.created_by.name if share.created_by else "",
        is_group=share.group_id is not None,
    )


def initial_of(share: Share, now: datetime) -> dict[str, Any]:
    """Return what the form of a share that stands begins with: the shortest time that covers what is left."""
    left = (share.expires_at - now).total_seconds() / 86_400 if share.expires_at else _DAYS[-1]
    return {"right": share.right, "days": next((days for days in _DAYS if days >= left), _DAYS[-1])}
