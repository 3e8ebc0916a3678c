"""The forms of the case page. What they take is checked again, and in full, by the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from liaison.cases.checking import LONGEST_JUSTIFICATION, LONGEST_REASON
from liaison.cases.labels import CLOSE_REASONS, ESCALATION_REASONS, LINK_KINDS
from liaison.cases.models import Case
from liaison.cases.models.cases import LONGEST_TEXT
from liaison.cases.requests import DeletionAsked, PersonalDataSaid, Sending
from liaison.cases.transitions import EVENT_OF_STATE
from liaison.cases.vocabulary import (
    CLOSE_REASONS_OF_ACCOUNT,
    CaseRight,
    CaseState,
    CloseReason,
    EscalationReason,
    LinkKind,
)
from liaison.catalog.loader import case_severities
from liaison.catalog.vocabulary import CaseSeverity
from liaison.web.states import state_of

FILES: Final = "files"
NOTE_FILES: Final = "note_files"
SHOWING: Final = "showing"
"""The name that each showing of a form on the screen has: what one saves after it was sent is late."""
_KEPT: Final = (
    "text",
    "severity",
    "severity_reason",
    "close",
    "escalate",
    "justification",
    "deletion_reason",
    "set_state",
    "personal_reason",
)
_SEVERAL: Final = ("ask_deletion", FILES)


def _area(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


class ReplyForm(forms.Form):
    """Everything that one Send can hold (D7); what the reader may not do is not among its fields."""

    text = forms.CharField(label=_("Message"), required=False, max_length=LONGEST_TEXT, widget=_area(6), strip=True)
    set_state = forms.ChoiceField(label=_("Status after this answer"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    severity_reason = forms.CharField(
        label=_("Reason for the change"), required=False, max_length=LONGEST_REASON, widget=forms.TextInput()
    )
    escalate = forms.ChoiceField(label=_("Why do you escalate?"), required=False)
    justification = forms.CharField(
        label=_("What happens if nothing changes?"),
        required=False,
        max_length=LONGEST_JUSTIFICATION,
        widget=_area(3),
    )
    ask_deletion = forms.MultipleChoiceField(
        label=_("Attachments to delete"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    deletion_reason = forms.CharField(
        label=_("Why should they be deleted?"), required=False, max_length=LONGEST_REASON, widget=forms.TextInput()
    )
    close = forms.ChoiceField(label=_("Reason for closing"), required=False)
    personal_reason = forms.CharField(
        label=_("Why it has to be sent with this data"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        case: Case,
        rights: frozenset[CaseRight],
        may_escalate: bool,
        deletable: Iterable[tuple[str, str]] = (),
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        """Take what was posted, else `kept`, a draft's data; `deletable` are attachments: public id and name."""
        initial = {name: value for name, value in (kept or {}).items() if name in self.base_fields}
        super().__init__(data, initial=initial, auto_id="reply-%s")
        self.case = case
        self.deletable = dict(deletable)
        self.file_ids: tuple[str, ...] = (
            tuple(data.getlist(FILES)) if data is not None else tuple((kept or {}).get(FILES, ()))
        )
        self._said = said_in(data) if data is not None else None
        self._choices(is_staff=CaseRight.WORK in rights)
        self._without(rights, may_escalate=may_escalate)

    def is_open(self, name: str) -> bool:
        """Say whether the part of the form with this choice is shown: something is chosen there, or wrong."""
        beside = {"severity": "severity_reason", "escalate": "justification", "ask_deletion": "deletion_reason"}
        fields = [one for one in (name, beside.get(name)) if one in self.fields]
        unchanged: list[Any] = ["", [], None, str(self.case.severity) if name == "severity" else ""]
        return any(self[one].value() not in unchanged or self[one].errors for one in fields)

    def sending(self, expected_version: int | None) -> Sending:
        """Return what was asked for. Only for a form that is valid."""
        said = self.cleaned_data
        severity = int(said.get("severity") or self.case.severity)
        wants_severity = severity != self.case.severity
        return Sending(
            text=said["text"],
            severity=CaseSeverity(severity) if wants_severity else None,
            severity_reason=said.get("severity_reason", "") if wants_severity else "",
            close=CloseReason(said["close"]) if said.get("close") else None,
            escalate=EscalationReason(said["escalate"]) if said.get("escalate") else None,
            justification=said.get("justification", "") if said.get("escalate") else "",
            files=self.file_ids,
            ask_deletion=tuple(DeletionAsked(one, said.get("deletion_reason", "")) for one in said["ask_deletion"]),
            set_state=CaseState(said["set_state"]) if said.get("set_state") else None,
            personal_data=self._said,
            expected_version=expected_version,
        )

    def _choices(self, *, is_staff: bool) -> None:
        language = get_language() or "en"
        self._choose("severity", [(str(level.value), entry.name(language)) for level, entry in _severities()])
        self.initial.setdefault("severity", str(self.case.severity))
        closing = CloseReason if is_staff else CLOSE_REASONS_OF_ACCOUNT
        self._choose("close", [("", _("Do not close")), *((one.value, CLOSE_REASONS[one]) for one in closing)])
        reasons = [(one.value, label) for one, label in ESCALATION_REASONS.items()]
        self._choose("escalate", [("", _("Do not escalate")), *reasons])
        states = [(one.value, state_of(one).label) for one in EVENT_OF_STATE]
        self._choose("set_state", [("", pgettext_lazy("status", "As it is")), *states])
        self._choose("ask_deletion", list(self.deletable.items()))

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(name)
        field.choices = choices

    def _without(self, rights: frozenset[CaseRight], *, may_escalate: bool) -> None:
        """Take away what the reader may not do, or what is not possible now."""
        gone: set[str] = set()
        if CaseRight.CHANGE not in rights:
            gone |= {"severity", "severity_reason", "close", "escalate", "justification"}
        if CaseRight.WORK in rights:
            gone |= {"escalate", "justification"}
        else:
            gone |= {"set_state"}
        if not may_escalate:
            gone |= {"escalate", "justification"}
        for name in gone:
            del self.fields[name]
        if CaseRight.WORK in rights or not self.deletable:
            # Staff delete an attachment themselves. The field stays, empty, so that `sending` need not ask.
            self.fields["ask_deletion"].widget = forms.MultipleHiddenInput()


class NoteForm(forms.Form):
    """An internal note: a form of its own, so that it is never taken for an answer (W8)."""

    text = forms.CharField(
        label=_("Internal note"),
        max_length=LONGEST_TEXT,
        widget=_area(4),
        help_text=_("Only staff see this. It is never sent to the account and cannot be turned into an answer."),
    )

    def __init__(self, data: QueryDict | None = None, *, kept: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"text": (kept or {}).get("text", "")}, auto_id="note-%s")
        self.file_ids: tuple[str, ...] = (
            tuple(data.getlist(NOTE_FILES)) if data is not None else tuple((kept or {}).get(FILES, ()))
        )


class ReopenForm(forms.Form):
    """Why a closed case is reopened."""

    reason = forms.CharField(
        label=_("Why should it be reopened?"), max_length=LONGEST_REASON, widget=_area(3), strip=True
    )


class DeleteForm(forms.Form):
    """Why an attachment is deleted; the reason stays with its tombstone."""

    reason = forms.CharField(
        label=pgettext_lazy("why", "Reason"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(),
        help_text=_("Everybody who sees the case can read it."),
    )


class LinkForm(forms.Form):
    """Another case that belongs to this one."""

    number = forms.CharField(label=_("Case number"), max_length=40)
    kind = forms.ChoiceField(label=_("How they belong together"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="link-%s")
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(kind.value, label) for kind, label in LINK_KINDS.items()]

    @property
    def chosen(self) -> LinkKind:
        return LinkKind(self.cleaned_data["kind"])


def said_in(data: QueryDict) -> PersonalDataSaid | None:
    """Return which personal data somebody sends all the same, and why; None without a reason (D9)."""
    reason = data.get("personal_reason", "").strip()
    return PersonalDataSaid(frozenset(data.getlist("personal_kinds")), reason) if reason else None


def typed(data: QueryDict, case: Case) -> dict[str, Any]:
    """Return what was typed into a reply as a draft keeps it, whether or not it could be sent."""
    found: dict[str, Any] = {name: _clean(data.get(name, "")) for name in _KEPT}
    if found["severity"] == str(case.severity):
        found["severity"] = ""
    found |= {name: [_clean(one) for one in data.getlist(name)] for name in _SEVERAL}
    return {name: value for name, value in found.items() if value}


def typed_note(data: QueryDict) -> dict[str, Any]:
    """Return the same of a note."""
    found: dict[str, Any] = {
        "text": _clean(data.get("text", "")),
        FILES: [_clean(one) for one in data.getlist(NOTE_FILES)],
    }
    return {name: value for name, value in found.items() if value}


def _clean(value: str) -> str:
    # The database's JSON holds no NUL.
    return value.replace("\x00", "")


def _severities() -> list[tuple[CaseSeverity, Any]]:
    return list(case_severities().items())
