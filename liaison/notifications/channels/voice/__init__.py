"""Calls to phones, through the operator's gateway, which speaks the words."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.gateway.phone import Phone, gateway_client
from liaison.notifications.channels.posting import Poster
from liaison.notifications.channels.twin import prints_only, twin_of
from liaison.notifications.channels.voice.words import words_of

PREFIX = "VOICE"


def voice_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    phone = Phone(PREFIX, words_of)
    return twin_of(phone) if prints_only() else Poster(phone, gateway_client(PREFIX), is_ours=True)
