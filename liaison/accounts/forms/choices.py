"""Lists to choose from, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, PredefinedRole, roles_for
from liaison.accounts.wording import ROLES
from liaison.lib.languages import LANGUAGES, language_for
from liaison.lib.zones import city_name, zone_choices

Choices = list[tuple[str, str | Promise]]


def role_choices(account: Account) -> Choices:
    return [(role.value, ROLES[role]) for role in roles_for(AccountKind(account.kind))]


def language_choices(account: Account | None = None) -> Choices:
    """Return the languages by their own names; with an account, "as the account" comes first."""
    chosen: Choices = [(language.code, language.native_name) for language in LANGUAGES]
    if account is None:
        return chosen
    usual = language_for(account.language).native_name
    return [("", _("As the account: %(language)s") % {"language": usual}), *chosen]


def zone_options(account: Account | None = None) -> Choices:
    """Return the zones by their names; with an account, "as the account" comes first."""
    chosen: Choices = [(zone, zone.replace("_", " ")) for zone in zone_choices()]
    if account is None:
        return chosen
    usual = city_name(account.time_zone, get_language() or account.language)
    return [("", _("As the account: %(zone)s") % {"zone": usual}), *chosen]


def least_powerful_first(roles: Choices) -> Choices:
    """Return the roles with the usual choice of an invitation first."""
    usual = {PredefinedRole.EDITOR.value, PredefinedRole.READ_ONLY_STAFF.value}
    return sorted(roles, key=lambda role: role[0] not in usual)
