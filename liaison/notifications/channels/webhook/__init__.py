"""Webhooks: signed by Standard Webhooks 1.0.0, each to an endpoint of a person of an account."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.twin import prints_only, twin_of
from liaison.notifications.channels.webhook.adapter import SignedWebhooks, Webhooks


def webhook_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return twin_of(Webhooks()) if prints_only() else SignedWebhooks()
