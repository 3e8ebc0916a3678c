"""Webhooks of Microsoft Teams: Workflows ("when a Teams webhook request is received") and incoming webhooks."""

from __future__ import annotations

from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.posting import Poster
from liaison.notifications.channels.teams.service import Teams
from liaison.notifications.channels.twin import prints_only, twin_of
from liaison.notifications.outbound import outbound_client


def teams_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return twin_of(Teams()) if prints_only() else Poster(Teams(), outbound_client())
