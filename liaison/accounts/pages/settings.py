"""One's own settings: name, language, zone, mail, mailbox, password, API tokens, sessions."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts import access, actions, queries
from liaison.accounts.forms import MailboxForm, SettingsForm, TokenForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import ApiToken
from liaison.accounts.refused import mark
from liaison.accounts.sessions import hash_key
from liaison.accounts.vocabulary import TokenScope
from liaison.accounts.wording import SCOPES
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_hours_row
from liaison.lib.refusals import Refusal
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page

_NEWEST_SESSIONS = 10
_READ_OR_SEND = ["GET", "HEAD", "POST"]


@open_at_the_gate
@signed_in
@require_http_methods(_READ_OR_SEND)
def settings(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    form = SettingsForm(identity, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_settings(actor=identity, **form.cleaned_data, now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect_to(request, "settings")
    return _settings_page(request, form=form)


@open_at_the_gate
@signed_in
@require_http_methods(_READ_OR_SEND)
def mailbox(request: HttpRequest) -> HttpResponse:
    """Ask for a new mailbox; it counts when the mailed link was opened."""
    identity = identity_of(request)
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change = actions.change_mailbox(actor=identity, now=utc_now(), **form.cleaned_data)
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(
                request, _("We have sent a link to this address: %(address)s") % {"address": change.address}
            )
            return redirect_to(request, "settings")
    return _page(request, "accounts/settings_mailbox.html", form, {"identity": identity})


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(_READ_OR_SEND)
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's API tokens and create one; the token itself is on the page that answers, and never again."""
    identity, now = identity_of(request), utc_now()
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = actions.create_api_token(
                actor=identity,
                name=form.cleaned_data["name"],
                scopes=[TokenScope(scope) for scope in form.cleaned_data["scopes"]],
                expires_at=form.expires_at(now),
                now=now,
            )
            form = TokenForm()
        except Refusal as refusal:
            mark(form, refusal)
    held = identity.api_tokens.filter(revoked_at=None, expires_at__gt=now).order_by("-created_at")
    rows = [(token, _scope_words(token)) for token in held]
    return _page(request, "accounts/settings_tokens.html", form, {"rows": rows, "secret": secret})


@open_at_the_gate
@signed_in
@require_POST
def revoke_token(request: HttpRequest, public_id: str) -> HttpResponse:
    identity = identity_of(request)
    actions.revoke_api_token(actor=identity, token=access.token_for(identity, public_id), now=utc_now())
    messages.success(request, _("The token does not work any more."))
    return redirect_to(request, "settings_tokens")


@open_at_the_gate
@signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    actions.sign_out_everywhere(actor=identity_of(request), now=utc_now())
    request.session.flush()
    return redirect_to(request, "account_login")


def _settings_page(request: HttpRequest, form: SettingsForm) -> HttpResponse:
    identity, now = identity_of(request), utc_now()
    here = hash_key(request.session.session_key or "")
    sessions = identity.sessions.filter(expires_at__gt=now).order_by("-created_at")[:_NEWEST_SESSIONS]
    return _page(
        request,
        "accounts/settings.html",
        form,
        {
            "identity": identity,
            "quiet_hours": "".join(
                format_hours_row(row, get_language() or "en") for row in queries.quiet_hours(identity)
            ),
            "waiting": queries.waiting_mailbox(identity, now),
            "sessions": [(session, session.key_hash == here) for session in sessions],
            "token_count": identity.api_tokens.filter(revoked_at=None, expires_at__gt=now).count(),
        },
    )


def _page(
    request: HttpRequest, template: str, form: SettingsForm | MailboxForm | TokenForm, context: dict[str, object]
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, template, {"form": form, **context}, status=status)


def _scope_words(token: ApiToken) -> list[str]:
    return [str(SCOPES[TokenScope(scope)]) for scope in token.scopes]
