"""What people type for an endpoint, by channel: checked, and split into what may be shown and what may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import phonenumbers
from django.conf import settings

from liaison.contacts.codes import EndpointCode
from liaison.lib.http import CallError, Obstacle, target_of
from liaison.notifications.channels.apprise import obstacle_to
from liaison.notifications.endpoints import PHONE_CHANNELS, SEALED_CHANNELS, TELEPHONE
from liaison.notifications.facts import Channel
from liaison.notifications.outbound import check_address

LONGEST_NUMBER: Final = 40
_SHOWN_OF_A_SECRET: Final = 4
# Shorter addresses would be told by so many characters.
_SHORTEST_WITH_AN_END: Final = 24

_WHY_NOT_CALLED: Final[Mapping[Obstacle, EndpointCode]] = MappingProxyType(
    {
        Obstacle.SCHEME_NOT_ALLOWED: EndpointCode.SCHEME_NOT_ALLOWED,
        Obstacle.USER_INFO_NOT_ALLOWED: EndpointCode.USER_INFO_NOT_ALLOWED,
        Obstacle.HOST_UNUSABLE: EndpointCode.HOST_UNUSABLE,
        Obstacle.PORT_NOT_ALLOWED: EndpointCode.PORT_NOT_ALLOWED,
        Obstacle.ADDRESS_NOT_ALLOWED: EndpointCode.ADDRESS_NOT_ALLOWED,
        Obstacle.NEEDS_HTTPS: EndpointCode.NEEDS_HTTPS,
        Obstacle.HOST_UNKNOWN: EndpointCode.HOST_UNKNOWN,
    }
)


@dataclass(frozen=True)
class Destination:
    """Where an endpoint leads. `url` may be shown, `secret` is the whole address where that is a secret in itself.

    `ends_with` are the last characters of the secret, by which people tell two of them apart.
    """

    url: str
    secret: str = ""
    ends_with: str = ""


class DestinationError(Exception):
    """What was typed cannot be used; `code` says why."""

    def __init__(self, code: EndpointCode) -> None:
        super().__init__(code.value)
        self.code = code


def destination_of(channel: Channel, text: str) -> Destination:
    """Return where messages go. Names in addresses are looked up. Raises DestinationError."""
    typed = text.strip()
    if channel in PHONE_CHANNELS:
        return Destination(f"{TELEPHONE}{_number(typed)}")
    if channel is Channel.APPRISE:
        return _service(typed)
    try:
        check_address(typed)
    except CallError as error:
        raise DestinationError(_WHY_NOT_CALLED.get(error.obstacle, EndpointCode.URL_UNUSABLE)) from error
    if channel in SEALED_CHANNELS:
        return Destination(target_of(typed).origin, typed, _end_of(typed))
    return Destination(typed)


def _number(typed: str) -> str:
    """Return a phone number as E.164, `+39…`. It names its country: there is none to take for granted.

    The operator pays for what is sent: numbers that cost more than others, and pay whoever holds them, are refused.
    """
    try:
        found = phonenumbers.parse(typed[:LONGEST_NUMBER], None)
    except phonenumbers.NumberParseException as error:
        raise DestinationError(EndpointCode.NUMBER_UNUSABLE) from error
    if len(typed) > LONGEST_NUMBER or not phonenumbers.is_valid_number(found) or found.extension:
        raise DestinationError(EndpointCode.NUMBER_UNUSABLE)
    if phonenumbers.number_type(found) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise DestinationError(EndpointCode.NUMBER_UNUSABLE)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _service(typed: str) -> Destination:
    scheme = typed.partition("://")[0].lower()
    if scheme not in settings.APPRISE_ALLOWED:
        raise DestinationError(EndpointCode.SERVICE_NOT_ALLOWED)
    obstacle = obstacle_to(typed)
    if obstacle is not None:
        raise DestinationError(_WHY_NOT_CALLED.get(obstacle, EndpointCode.SERVICE_UNUSABLE))
    return Destination(f"{scheme}://", typed, _end_of(typed))


def _end_of(typed: str) -> str:
    return typed[-_SHOWN_OF_A_SECRET:] if len(typed) >= _SHORTEST_WITH_AN_END else ""
