"""The words of this room: its refusals, and the names of its kinds in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import integration_kinds
from liaison.integrations.vocabulary import IntakeCode
from liaison.integrations.vocabulary import IntegrationCode as Code

WORDS: Mapping[StrEnum, Promise] = {
    Code.UNKNOWN_KIND: _("There is no such integration kind."),
    Code.KIND_IN_USE: _("The account already uses this integration kind. It can be used once."),
    Code.NOT_A_PARTNER: _("Only partner accounts have integrations and brands."),
    Code.STAGE_NOT_NEXT: _("The integration cannot go from this stage to that one. Stages follow one another."),
    Code.NOT_LAUNCHED: _("The integration is not launched yet, so it has no status to change."),
    Code.NOT_PAUSED: _("The integration is not paused."),
    Code.NOT_DISABLED: _("The integration is not disabled."),
    Code.ALREADY_DISABLED: _("The integration is already disabled."),
    Code.DISABLED_CANNOT_BE_PAUSED: _("A disabled integration cannot be paused."),
    Code.DISABLED_BY_THE_OPERATOR: _("The integration is disabled. Only the operator can set it live again."),
    Code.PAUSE_ENDS_IN_THE_PAST: _("The end of the pause must be in the future."),
    Code.PAUSE_ENDS_BEFORE_IT_STARTS: _("The end of the pause must be after its start."),
    Code.PAUSE_STARTS_IN_THE_PAST: _("The start of a planned pause must be in the future."),
    Code.PAUSE_STARTS_TOO_FAR: _("A pause can be planned at most one year ahead."),
    Code.PAUSE_TOO_LONG: _(
        "A pause lasts at most %(hours)s hours from its start. If the maintenance takes longer, ask your partner "
        "manager or support for a later end."
    ),
    Code.PAUSE_NEEDS_AN_END: _("A pause that ends by itself needs a planned end."),
    Code.PAUSE_OVERLAPS: _(
        "Another pause of this integration is planned for this time. Choose another time, or change or cancel the "
        "other pause first."
    ),
    Code.PAUSE_NOT_PLANNED: _("Only a pause that has not started yet can be cancelled."),
    Code.PAUSE_IS_OVER: _("This pause is over or cancelled. It cannot be changed."),
    Code.TOO_MANY_PAUSES: _("At most %(most)s pauses of an integration can be planned. Cancel one that is not needed."),
    Code.UNKNOWN_MOMENT: _("Enter a date and a time, for example 2026-11-05 14:05."),
    Code.UNKNOWN_ENVIRONMENT: _("Choose the sandbox or the production environment."),
    Code.REASON_UNUSABLE: _("Write the reason in at most %(longest)s characters, without control characters."),
    Code.NAME_UNUSABLE: _("Enter a name of at most %(longest)s characters, in one line."),
    Code.KEY_REVOKED: _("This key is already revoked."),
    Code.TOO_MANY_KEYS: _("An environment has at most %(most)s keys in use. Revoke one that is not needed."),
    Code.SLUG_UNUSABLE: _("Use lower-case letters, digits and hyphens, at most 63 characters."),
    Code.SLUG_TAKEN: _("This name in the address is taken. Choose another one."),
    Code.DEFAULT_BRAND_STAYS: _("The default brand cannot be deleted."),
    IntakeCode.KEY_MISSING: _(
        "Send the intake key of the environment: as bearer token, or as password of basic authentication."
    ),
    IntakeCode.KEY_UNKNOWN: _("This intake key does not exist or was revoked."),
    IntakeCode.WRONG_ENVIRONMENT: _(
        "The address says %(said)s, and the key belongs to %(actual)s. Nothing was stored."
    ),
    IntakeCode.METHOD_NOT_ALLOWED: _("Only POST is possible here."),
    IntakeCode.NOT_JSON_TYPE: _("Send JSON, with the content type application/json."),
    IntakeCode.TOO_LARGE: _("The body is larger than %(most)s bytes."),
    IntakeCode.BROKEN_JSON: _("The body is not JSON in UTF-8. Nothing was stored."),
    IntakeCode.OVERLOADED: _("Too many events arrive at once. Send this one again in a few seconds."),
    IntakeCode.DATABASE_LOST: _("The event cannot be stored right now. Send it again in a few seconds."),
}


def kind_name(kind: str) -> str:
    """Return the name of an integration kind in the active language."""
    return integration_kinds()[kind].name(get_language() or "en")
