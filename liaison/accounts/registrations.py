"""What this room gives to the rooms below it; `AppConfig.ready()` calls it once, when the models are there."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import access, actions, mail, wording
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.suggestions import suggest
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.notifications import registry
from liaison.web import navigation, preferences, suggestions
from liaison.web import wording as words


def register_everything() -> None:
    words.register(wording.ADDRESSES)
    words.register(wording.LINES)
    words.register(wording.REFUSALS)
    registry.register(Topic.ACCOUNT_MAIL, mail.AccountMail())
    registry.register(Topic.STAFF_ALARM, mail.StaffAlarm())
    preferences.register_language_keeper(_keep_language)
    suggestions.register(suggest)
    navigation.register(
        navigation.NavigationItem(
            key="home", label=_("Home"), url_name="home", icon="home", order=0, visible=_is_signed_in
        )
    )
    navigation.register(
        navigation.NavigationItem(
            key="users",
            label=_("Users"),
            url_name="users",
            icon="users",
            order=20,
            visible=_is_signed_in,
            group=navigation.NavigationGroup.ACCOUNT,
        )
    )
    navigation.register(
        navigation.NavigationItem(
            key="account",
            label=_("Account"),
            url_name="account_settings",
            icon="settings",
            order=90,
            visible=_may_edit_account,
            group=navigation.NavigationGroup.ACCOUNT,
        )
    )


def _keep_language(request: HttpRequest, language: str) -> None:
    if isinstance(request.user, Identity):
        actions.change_language(actor=request.user, language=language, now=utc_now())


def _may_edit_account(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and access.may(user, Privilege.EDIT_ACCOUNT, user.account)


def _is_signed_in(request: HttpRequest) -> bool:
    # A page of an error before sign-in was read has no user at all.
    return bool(getattr(getattr(request, "user", None), "is_authenticated", False))
