"""The sentences of the API's own refusals, and the title of each kind of problem."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.api.codes import ApiCode, ValueCode

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        ApiCode.TOKEN_NEEDED: _(
            "Send an API token that is valid, in the header Authorization, after the word Bearer. "
            "You make tokens in your settings."
        ),
        ApiCode.SCOPE_MISSING: _("This token may not do this. It needs the scope: %(needed)s."),
        ApiCode.METHOD_NOT_ALLOWED: _("This address does not know that method. It knows: %(allowed)s."),
        ApiCode.NOT_JSON_TYPE: _("Send JSON, with the content type application/json."),
        ApiCode.BROKEN_JSON: _("The body is not JSON in UTF-8. Nothing was changed."),
        ApiCode.UNUSABLE_TEXT: _("The request contains a character that cannot be stored. Nothing was changed."),
        ApiCode.TOO_LARGE: _("The body is larger than %(most)s bytes. Nothing was changed."),
        ApiCode.TOO_MANY_FIELDS: _("The address has too many parameters."),
        ApiCode.DATABASE_LOST: _("The database cannot be reached right now. Try again in a few seconds."),
        ApiCode.SERVER_ERROR: _("The portal could not finish this. It is not your fault."),
        ValueCode.NEEDED: _("This is required."),
        ValueCode.UNKNOWN_NAME: _("There is no such field."),
        ValueCode.WRONG_KIND: _("This is not of the kind that is expected here."),
        ValueCode.NOT_OFFERED: _("This is none of the values that are possible here: %(expected)s."),
        ValueCode.TOO_LONG: _("This is too long. At most: %(most)s."),
        ValueCode.TOO_SHORT: _("This is too short. At least: %(least)s."),
        ValueCode.OUT_OF_RANGE: _("This number is too small or too large."),
        ValueCode.NOT_A_MOMENT: _("This must be a moment with its zone, for example 2026-11-05T14:05:00Z."),
        ValueCode.UNKNOWN_CURSOR: _("This place in the list does not exist any more. Begin with the first page."),
        ValueCode.NOT_A_SCOPE_OF_YOURS: _("A token cannot make one that may do more than itself."),
        ValueCode.UNKNOWN_MANAGER: _("There is no such user among the staff."),
        ValueCode.UNKNOWN_INTEGRATION: _("There is no integration with this id."),
        ValueCode.OTHER_ENVIRONMENT: _("The key speaks for another environment. Leave this out, or use its own key."),
    }
)

TITLES: Mapping[HTTPStatus, Promise] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: _("This request could not be understood"),
        HTTPStatus.UNAUTHORIZED: _("You are not signed in"),
        HTTPStatus.FORBIDDEN: _("You cannot do this"),
        HTTPStatus.NOT_FOUND: _("There is nothing here"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This is not possible here"),
        HTTPStatus.CONFLICT: _("This is not possible now"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("This is too large"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("This kind of content is not understood"),
        HTTPStatus.UNPROCESSABLE_ENTITY: _("Some of this cannot be used"),
        HTTPStatus.INTERNAL_SERVER_ERROR: _("Something went wrong on our side"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("The portal is not available right now"),
    }
)
