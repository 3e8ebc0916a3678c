"""Which channels this installation offers: some need something of the operator first."""

from __future__ import annotations

from django.conf import settings

from liaison.notifications.facts import Channel


def offered_channels() -> frozenset[Channel]:
    """Return the channels that can be used here. Phones need a gateway, other services the operator's allow-list."""
    wanting = {
        Channel.SMS: settings.SMS_GATEWAY_URL,
        Channel.VOICE: settings.VOICE_GATEWAY_URL,
        Channel.APPRISE: settings.APPRISE_ALLOWED,
    }
    return frozenset(channel for channel in Channel if wanting.get(channel, True))


def endpoint_channels() -> tuple[Channel, ...]:
    """Return the channels on which people can have endpoints here, in their order: all that are offered but mail."""
    offered = offered_channels()
    return tuple(channel for channel in Channel if channel in offered and channel is not Channel.EMAIL)
