"""The form of the record, the same on the page and behind the gate: what is shown, and what each button does.

Nothing typed is ever lost: whatever goes wrong, the answer holds the form as it was sent (422, 409).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.guards import identity_of
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import access, actions, queries
from liaison.contacts.codes import ContactCode
from liaison.contacts.formdata import FormContext, form_of
from liaison.contacts.formedits import edited
from liaison.contacts.formposts import EDITS, Posted, Press, read_post
from liaison.contacts.formshape import FormData
from liaison.contacts.formstanding import known_of
from liaison.contacts.formview import FormView, form_view
from liaison.contacts.gate import state_for
from liaison.contacts.models import ContactDraft, ContactRecord
from liaison.contacts.pages.conflicts import Difference, differences
from liaison.contacts.state import state_of
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid, Refusal
from liaison.web import wording
from liaison.web.pages import redirect_to_address, render_page, wants_fragment

_FORM: Final = "contacts/form.html"
_FIELD: Final = "contacts/field_part.html"
_DRAFT_STATUS: Final = "contacts/draft_status.html"
_ALERT: Final = frozenset({ContactField.ALERT})


@dataclass(frozen=True)
class Place:
    """Where the form stands: its template, its address, and the environment that it shows."""

    template: str
    address: str
    environment: EnvironmentName = EnvironmentName.PRODUCTION
    after_submit: str = "contact_information"
    is_gate: bool = False

    @property
    def locked(self) -> frozenset[ContactField]:
        return _ALERT if self.environment == EnvironmentName.SANDBOX else frozenset()


@dataclass(frozen=True)
class Trouble:
    """What kept a form from being taken: problems of its fields, or somebody who was faster."""

    status: HTTPStatus = HTTPStatus.OK
    invalid: Invalid | None = None
    conflict: Conflict | None = None
    differs: tuple[Difference, ...] = ()

    @property
    def is_about_draft(self) -> bool:
        return self.conflict is not None and self.conflict.code in {
            ContactCode.DRAFT_SAVED_BY_SOMEBODY,
            ContactCode.DRAFT_IS_GONE,
        }


_NO_TROUBLE: Final = Trouble()


@dataclass(frozen=True)
class Sheet:
    """The form in hand: its rows, and which record and draft it was opened with."""

    form: FormData
    seen_version: int
    draft_revision: int


def show(request: HttpRequest, account: Account, place: Place, extra: dict[str, Any] | None = None) -> HttpResponse:
    """Answer with the draft where there is one, else with what the record says."""
    actor = identity_of(request)
    record = access.contact_record_for(actor, account)
    draft = access.contact_draft_for(actor, account)
    sheet = _opened(record, draft, _context(request, account))
    return _page(request, account, place, sheet, extra=extra)


def take(request: HttpRequest, account: Account, place: Place, extra: dict[str, Any] | None = None) -> HttpResponse:
    """Do what the pressed button says. Raises Forbidden for those who may only read."""
    access.require_edit(identity_of(request), account)
    posted = read_post(request.POST)
    if posted.press is Press.TAKE_THEIRS:
        return _take_theirs(request, account, place, posted)
    if posted.press is Press.KEEP_MINE:
        posted = replace(posted, press=Press.SUBMIT, seen_version=posted.number)
    if posted.press is Press.KEEP_MY_DRAFT:
        posted = replace(posted, press=Press.SAVE_DRAFT, draft_revision=posted.number)
    if posted.press is Press.SUBMIT:
        return _submit(request, account, place, posted, extra)
    return _keep(request, account, place, posted, extra)


def _submit(
    request: HttpRequest, account: Account, place: Place, posted: Posted, extra: dict[str, Any] | None
) -> HttpResponse:
    sheet = Sheet(posted.form, posted.seen_version, posted.draft_revision)
    was_gated = state_of(account.pk).is_gated
    try:
        actions.submit_contact_information(
            actor=identity_of(request),
            account=account,
            data=posted.form,
            seen_version=posted.seen_version,
            draft_revision=posted.draft_revision,
            environment=place.environment,
            now=utc_now(),
        )
    except Invalid as refusal:
        sheet = _kept_in_draft(request, account, sheet)
        trouble = Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, invalid=refusal)
        return _page(request, account, place, sheet, trouble, extra=extra)
    except Conflict as refusal:
        differs = differences(posted.form, _saved_form(request, account), _context(request, account))
        trouble = Trouble(HTTPStatus.CONFLICT, conflict=refusal, differs=differs)
        return _page(request, account, place, sheet, trouble, extra=extra)
    words = _("Contact information saved. The whole portal is unlocked now, for every user of the account.")
    messages.success(request, words if was_gated else _("Contact information saved."))
    return redirect_to_address(request, reverse(place.after_submit) if was_gated else place.address)


def _keep(
    request: HttpRequest, account: Account, place: Place, posted: Posted, extra: dict[str, Any] | None
) -> HttpResponse:
    """Save the draft, after a row was added, removed or moved, or as it stands."""
    form, focus = edited(posted, account.time_zone) if posted.press in EDITS else (posted.form, "")
    sheet = Sheet(form, posted.seen_version, posted.draft_revision)
    try:
        draft = _save(request, account, sheet)
    except Invalid as refusal:
        trouble = Trouble(HTTPStatus.UNPROCESSABLE_ENTITY, invalid=refusal)
        return _page(request, account, place, sheet, trouble, focus=focus, part=_part(posted), extra=extra)
    except Conflict as refusal:
        trouble = Trouble(HTTPStatus.CONFLICT, conflict=refusal)
        return _page(request, account, place, sheet, trouble, focus=focus, part=_part(posted), extra=extra)
    sheet = replace(sheet, draft_revision=draft.revision)
    if wants_fragment(request):
        if posted.press in EDITS and posted.target is not None:
            return _field_alone(request, account, place, sheet, posted.target, focus=focus)
        return _page(request, account, place, sheet, focus=focus, part=_part(posted), extra=extra)
    if not focus:
        messages.success(request, _("Draft saved."))
    return redirect_to_address(request, place.address + (f"#{focus.replace('.', '-')}" if focus else ""))


def _field_alone(
    request: HttpRequest, account: Account, place: Place, sheet: Sheet, field: ContactField, *, focus: str
) -> HttpResponse:
    """Answer with one field only: whoever types in another one while this is under way loses nothing."""
    extra = {"part_field": field.value}
    response = _page(request, account, place, sheet, focus=focus, part=_FIELD, extra=extra)
    response["HX-Retarget"] = f"#field-{field.value}"
    return response


def _take_theirs(request: HttpRequest, account: Account, place: Place, posted: Posted) -> HttpResponse:
    """Go on with what somebody else saved: the draft goes if it is still the one that was seen."""
    try:
        actions.discard_draft(
            actor=identity_of(request), account=account, base_revision=posted.draft_revision, now=utc_now()
        )
    except Conflict:
        messages.info(request, _("This is the draft that was saved last."))
    return redirect_to_address(request, place.address)


def _save(request: HttpRequest, account: Account, sheet: Sheet) -> ContactDraft:
    return actions.save_draft(
        actor=identity_of(request),
        account=account,
        data=sheet.form,
        base_revision=sheet.draft_revision,
        seen_version=sheet.seen_version,
        now=utc_now(),
    )


def _kept_in_draft(request: HttpRequest, account: Account, sheet: Sheet) -> Sheet:
    """Keep a refused form as a draft, so that it survives a closed window; where that fails the page still has it."""
    try:
        return replace(sheet, draft_revision=_save(request, account, sheet).revision)
    except Refusal:
        return sheet


def _page(
    request: HttpRequest,
    account: Account,
    place: Place,
    sheet: Sheet,
    trouble: Trouble = _NO_TROUBLE,
    *,
    focus: str = "",
    part: str = _FORM,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    actor = identity_of(request)
    record = access.contact_record_for(actor, account)
    context = {
        "account": account,
        "place": place,
        "view": _view(request, account, place, sheet, trouble, focus=focus, record=record),
        "record": record,
        "draft": access.contact_draft_for(actor, account),
        "trouble": trouble,
        "conflict_words": wording.text_of(trouble.conflict) if trouble.conflict else "",
        "may_edit": access.may_edit(actor, account),
        "is_gated": state_of(account.pk).is_gated,
        "part_field": "",
        **(extra or {}),
    }
    template = part if wants_fragment(request) else place.template
    return render_page(request, template, context, status=trouble.status)


def _part(posted: Posted) -> str:
    """Return what htmx puts in place: after typing only the state of the draft, so that nobody loses the cursor."""
    return _DRAFT_STATUS if posted.press is Press.AUTOSAVE else _FORM


def _view(
    request: HttpRequest,
    account: Account,
    place: Place,
    sheet: Sheet,
    trouble: Trouble,
    *,
    focus: str,
    record: ContactRecord,
) -> FormView:
    return form_view(
        sheet.form,
        _context(request, account),
        problems=trouble.invalid.problems if trouble.invalid else (),
        focus=focus,
        seen_version=sheet.seen_version,
        draft_revision=sheet.draft_revision,
        locked=place.locked,
        known=known_of(record),
    )


def _opened(record: ContactRecord, draft: ContactDraft | None, context: FormContext) -> Sheet:
    if draft is not None:
        return Sheet(draft.data, draft.based_on_version, draft.revision)
    return Sheet(form_of(queries.values_of(record), context), record.version, 0)


def _saved_form(request: HttpRequest, account: Account) -> FormData:
    record = access.contact_record_for(identity_of(request), account)
    return form_of(queries.values_of(record), _context(request, account))


def _context(request: HttpRequest, account: Account) -> FormContext:
    """Return what the form is checked against, read once per request."""
    known: FormContext | None = getattr(request, "contact_form_context", None)
    if known is None:
        own = state_for(request) if identity_of(request).account.pk == account.pk else None
        known = queries.form_context(account, own or state_of(account.pk))
        request.contact_form_context = known  # type: ignore[attr-defined]  # read above
    return known
