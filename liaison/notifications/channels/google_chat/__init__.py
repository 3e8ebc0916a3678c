"""Incoming webhooks of Google Chat spaces."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.google_chat.service import GoogleChat
from liaison.notifications.channels.posting import Poster
from liaison.notifications.channels.twin import prints_only, twin_of
from liaison.notifications.outbound import outbound_client


def google_chat_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return twin_of(GoogleChat()) if prints_only() else Poster(GoogleChat(), outbound_client())
