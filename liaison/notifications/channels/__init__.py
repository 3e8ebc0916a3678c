"""How messages leave the house. Each folder is one channel; `named` finds it."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.email import email_channel
from liaison.notifications.channels.webhook import webhook_channel
from liaison.notifications.facts import Channel


def named(channel: str) -> ChannelAdapter:
    """Return a new adapter for the channel; it keeps its connection until it is closed."""
    return {Channel.EMAIL: email_channel, Channel.WEBHOOK: webhook_channel}[Channel(channel)]()
