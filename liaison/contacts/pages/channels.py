"""Contact information → Channels: where each contact is reached, and their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.contacts import access, actions
from liaison.contacts.actions.endpoints import NewSecret
from liaison.contacts.channels import channels_of, contact_people
from liaison.contacts.channelview import groups_of
from liaison.contacts.forms import EndpointForm, EndpointNameForm
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.notifications.models import Endpoint
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page


@signed_in
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    return _channels(request, identity_of(request).account)


@signed_in
@require_safe
def account_channels(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the same of any account the reader may see; staff change nothing here."""
    return _channels(request, account_for(identity_of(request), slug))


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_endpoint(request: HttpRequest) -> HttpResponse:
    """Add one: the answer shows its secret, once."""
    actor = identity_of(request)
    access.require_edit(actor, actor.account)
    people = contact_people(actor.account)
    form = EndpointForm(request.POST or None, people=people, initial={"person": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_endpoint(actor=actor, account=actor.account, **form.cleaned_data, now=utc_now())
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field, wording.text(problem.code, problem.facts))
        except Conflict as conflict:
            form.add_error(None, wording.text_of(conflict))
        else:
            return _secret(request, made)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "contacts/add_endpoint.html", {"form": form, "people": people}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rename_endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    endpoint = _editable(request, public_id)
    form = EndpointNameForm(request.POST or None, initial={"name": endpoint.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_endpoint(actor=actor, endpoint=endpoint, name=form.cleaned_data["name"], now=utc_now())
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field, wording.text(problem.code, problem.facts))
        else:
            messages.success(request, _("The endpoint was renamed."))
            return redirect_to(request, "contact_channels")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "contacts/rename_endpoint.html", {"form": form, "endpoint": endpoint}, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rotate_endpoint_secret(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first; the answer to the form shows the new secret, once."""
    endpoint = _editable(request, public_id)
    if request.method == "POST":
        made = actions.rotate_endpoint_secret(actor=identity_of(request), endpoint=endpoint, now=utc_now())
        return _secret(request, made)
    return _ask(request, endpoint, "secret")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def disable_endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    endpoint = _editable(request, public_id)
    if request.method == "POST":
        return _done(request, endpoint, actions.disable_endpoint, _("The endpoint was disabled."))
    return _ask(request, endpoint, "disable")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def enable_endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    endpoint = _editable(request, public_id)
    if request.method == "POST":
        return _done(request, endpoint, actions.enable_endpoint, _("The endpoint was enabled."))
    return _ask(request, endpoint, "enable")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_endpoint(request: HttpRequest, public_id: str) -> HttpResponse:
    endpoint = _editable(request, public_id)
    if request.method == "POST":
        return _done(request, endpoint, actions.remove_endpoint, _("The endpoint was removed."))
    return _ask(request, endpoint, "remove")


def _channels(request: HttpRequest, account: Account) -> HttpResponse:
    actor = identity_of(request)
    endpoints = access.endpoints_for(actor, account)
    may_edit = access.may_edit(actor, account)
    is_own = account == actor.account
    record = ("contact_information", {}) if is_own else ("account_contact_information", {"slug": account.slug})
    context = {
        "account": account,
        "groups": groups_of(channels_of(contact_people(account), endpoints), utc_now(), whole_address=may_edit),
        "may_edit": may_edit,
        "back": reverse(record[0], kwargs=record[1]),
    }
    return render_page(request, "contacts/channels.html", context)


def _editable(request: HttpRequest, public_id: str) -> Endpoint:
    actor = identity_of(request)
    endpoint, account = access.endpoint_for(actor, public_id)
    access.require_edit(actor, account)
    return endpoint


def _ask(request: HttpRequest, endpoint: Endpoint, what: str) -> HttpResponse:
    return render_page(request, "contacts/endpoint_question.html", {"endpoint": endpoint, "what": what})


def _done(request: HttpRequest, endpoint: Endpoint, verb: Callable[..., object], success: str) -> HttpResponse:
    try:
        verb(actor=identity_of(request), endpoint=endpoint, now=utc_now())
        messages.success(request, success)
    except Conflict as conflict:
        messages.error(request, wording.text_of(conflict))
    return redirect_to(request, "contact_channels")


def _secret(request: HttpRequest, made: NewSecret) -> HttpResponse:
    """Show the secret. Nothing keeps it in the clear, and no browser keeps the page."""
    address = reverse("contact_channels")
    return render_page(request, "contacts/endpoint_secret.html", {"made": made}, address=address)
