"""Webhooks: signed by Standard Webhooks 1.0.0, each to an endpoint of a person of an account."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.webhook.adapter import SignedWebhooks
from liaison.notifications.channels.webhook.console import ConsoleWebhooks

CONSOLE: Final = "console"


def webhook_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return ConsoleWebhooks() if settings.WEBHOOKS == CONSOLE else SignedWebhooks()
