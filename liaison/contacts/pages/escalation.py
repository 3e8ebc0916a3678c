"""Contact information → Escalation: what happens when nobody answers, and the account's own pace."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.contacts import access, actions
from liaison.contacts.forms import EscalationForm
from liaison.contacts.models import ContactRecord
from liaison.contacts.pages.choices import show_choice
from liaison.lib.clock import utc_now
from liaison.web.pages import redirect_to


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def escalation(request: HttpRequest) -> HttpResponse:
    """Show or change the pace of one's own account; readers see it."""
    actor = identity_of(request)
    account = actor.account
    if request.method != "POST":
        return _show(request, account)
    access.require_edit(actor, account)
    form = EscalationForm(request.POST)
    if not form.is_valid():
        return _show(request, account, form)
    actions.change_escalation_pace(actor=actor, account=account, **form.cleaned_data, now=utc_now())
    messages.success(request, _("The escalation was changed."))
    return redirect_to(request, "contact_escalation")


@signed_in
@require_safe
def account_escalation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the same of any account the reader may see; staff change nothing here."""
    return _show(request, account_for(identity_of(request), slug))


def _show(request: HttpRequest, account: Account, form: EscalationForm | None = None) -> HttpResponse:
    return show_choice(request, account, "contacts/escalation.html", form=form, form_of=_form_of)


def _form_of(record: ContactRecord) -> EscalationForm:
    return EscalationForm(initial={"minutes": record.escalation_minutes, "rounds": record.escalation_rounds})
