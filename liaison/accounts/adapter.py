"""How allauth works here: its mails go through our engine, its redirects stay in their slot, history is written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from liaison.accounts import actions
from liaison.accounts.models import Identity
from liaison.accounts.slots import climbs
from liaison.lib.clock import utc_now

# What allauth says in words of its own, said in ours. Whatever is not here is not said.
_MESSAGES: Mapping[str, Promise] = MappingProxyType(
    {
        "account/messages/logged_out.txt": _("You are signed out."),
        "account/messages/password_changed.txt": _("The new password is set."),
        "account/messages/password_set.txt": _("The new password is set."),
    }
)
_SENT_BY_OUR_VERBS: Final = frozenset(
    {
        "account/email/password_changed",
        "account/email/password_set",
        "account/email/password_reset",
    }
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up by themselves: people are invited, or made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        if isinstance(user, Identity):
            records = get_authentication_records(request, user)
            how = str(records[-1]["method"]) if records else "password"
            actions.note_sign_in(identity=user, how=how, now=utc_now())

    def logout(self, request: HttpRequest) -> None:
        identity = request.user
        super().logout(request)
        if isinstance(identity, Identity):
            actions.note_sign_out(identity=identity, now=utc_now())

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        if not isinstance(user, Identity):
            raise TypeError("Only identities have passwords here.")
        actions.change_password(identity=user, password=password, now=utc_now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Send nothing: the verb that made the change announced it in its own transaction."""
        if template_prefix not in _SENT_BY_OUR_VERBS:
            raise RuntimeError(f"no verb of ours announces {template_prefix}")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse to send past our engine: each mail is announced by a verb (`mail.py`)."""
        raise RuntimeError(f"{template_prefix} would be sent past the engine")

    def add_message(  # noqa: PLR0917  # allauth's own signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        words = _MESSAGES.get(message_template or "")
        if words is not None:
            messages.add_message(request, level, str(words))

    def is_safe_url(self, url: str) -> bool:
        """Say whether sign-in may lead there: to a page of the same slot, and nowhere else."""
        return (
            url_has_allowed_host_and_scheme(url, allowed_hosts=None)
            and url.startswith(get_script_prefix())
            and not climbs(url.partition("?")[0])
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings")
