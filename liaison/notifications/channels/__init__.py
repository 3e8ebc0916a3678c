"""How messages leave the house. Each folder is one channel; `named` finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from liaison.notifications.channels.apprise import apprise_channel
from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.email import email_channel
from liaison.notifications.channels.google_chat import google_chat_channel
from liaison.notifications.channels.slack import slack_channel
from liaison.notifications.channels.sms import sms_channel
from liaison.notifications.channels.teams import teams_channel
from liaison.notifications.channels.voice import voice_channel
from liaison.notifications.channels.webhook import webhook_channel
from liaison.notifications.facts import Channel

_CHANNELS: Final[Mapping[Channel, Callable[[], ChannelAdapter]]] = MappingProxyType(
    {
        Channel.EMAIL: email_channel,
        Channel.WEBHOOK: webhook_channel,
        Channel.SLACK: slack_channel,
        Channel.TEAMS: teams_channel,
        Channel.GOOGLE_CHAT: google_chat_channel,
        Channel.SMS: sms_channel,
        Channel.VOICE: voice_channel,
        Channel.APPRISE: apprise_channel,
    }
)


def named(channel: str) -> ChannelAdapter:
    """Return a new adapter for the channel; it keeps its connection until it is closed."""
    return _CHANNELS[Channel(channel)]()
