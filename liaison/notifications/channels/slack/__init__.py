"""Incoming webhooks of Slack, and of what is compatible with them (Mattermost, Rocket.Chat)."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.posting import Poster
from liaison.notifications.channels.slack.service import Slack
from liaison.notifications.channels.twin import prints_only, twin_of
from liaison.notifications.outbound import outbound_client


def slack_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return twin_of(Slack()) if prints_only() else Poster(Slack(), outbound_client())
