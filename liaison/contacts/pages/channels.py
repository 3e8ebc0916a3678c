"""Contact information → Channels: where each contact is reached, and their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
from liaison.contacts.channelwords import WORDS, channel_choices
from liaison.contacts.forms import EndpointForm, EndpointNameForm
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint
from liaison.notifications.offer import endpoint_channels
from liaison.notifications.wording import channel_label
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
    """Choose a channel, then add one: the answer shows the secret of a webhook, once."""
    actor = identity_of(request)
    access.require_edit(actor, actor.account)
    people, person = contact_people(actor.account), request.GET.get("person", "")
    channel = _wanted_channel(request)
    if channel is None:
        choosing = {"people": people, "person": person, "choices": channel_choices()}
        return render_page(request, "contacts/choose_channel.html", choosing)
    form = EndpointForm(request.POST or None, people=people, channel=channel, initial={"person": person})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_endpoint(
                actor=actor, account=actor.account, channel=channel, **form.cleaned_data, now=utc_now()
            )
        except Invalid as invalid:
            for problem in invalid.problems:
                field = problem.field if problem.field in form.fields else None
                form.add_error(field, wording.text(problem.code, problem.facts))
        except Conflict as conflict:
            form.add_error(None, wording.text_of(conflict))
        else:
            return _added(request, made)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "people": people, "words": WORDS[channel], "channel": channel_label(channel)}
    return render_page(request, "contacts/add_endpoint.html", context, status=status)


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
        try:
            made = actions.rotate_endpoint_secret(actor=identity_of(request), endpoint=endpoint, now=utc_now())
        except Conflict as conflict:
            messages.error(request, wording.text_of(conflict))
            return redirect_to(request, "contact_channels")
        return _secret(request, made)
    return _ask(request, endpoint, "secret")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose_endpoint_topics(request: HttpRequest, public_id: str) -> HttpResponse:
    """Turn it round, after a question: emergencies alone, or everything that the contact is told of."""
    endpoint = _editable(request, public_id)
    if request.method == "POST":
        wanted = request.POST.get("only_emergencies") == "1"
        verb = partial(actions.choose_endpoint_topics, only_emergencies=wanted)
        success = (
            _("The endpoint is told of emergencies alone.") if wanted else _("The endpoint is told of everything.")
        )
        return _done(request, endpoint, verb, success)
    return _ask(request, endpoint, "everything" if endpoint.only_emergencies else "emergencies")


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
        "is_own": is_own,
        "groups": groups_of(
            channels_of(contact_people(account), endpoints),
            utc_now(),
            sees_whole=partial(access.sees_whole_address, actor, account),
        ),
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


def _wanted_channel(request: HttpRequest) -> Channel | None:
    """Return the channel that the address names; a form without one is a webhook's, as before there were others."""
    wanted = request.GET.get("channel", "")
    if not wanted and request.method == "POST":
        return Channel.WEBHOOK
    return next((channel for channel in endpoint_channels() if channel == wanted), None)


def _added(request: HttpRequest, made: NewSecret) -> HttpResponse:
    if made.secret:
        return _secret(request, made)
    messages.success(request, _("The endpoint was added. Send a test message to see that it arrives."))
    return redirect_to(request, "contact_channels")


def _secret(request: HttpRequest, made: NewSecret) -> HttpResponse:
    """Show the secret. Nothing keeps it in the clear, and no browser keeps the page."""
    address = reverse("contact_channels")
    return render_page(request, "contacts/endpoint_secret.html", {"made": made}, address=address)
