"""Services that the apprise library knows, behind the operator's allow-list and our own guarded client."""

from __future__ import annotations

from liaison.notifications.channels.apprise.adapter import AppriseServices, obstacle_to
from liaison.notifications.channels.apprise.console import PrintingApprise
from liaison.notifications.channels.contract import ChannelAdapter
from liaison.notifications.channels.twin import prints_only

__all__ = ["AppriseServices", "apprise_channel", "obstacle_to"]


def apprise_channel() -> ChannelAdapter:
    """Return the channel, or its twin that prints, when `WEBHOOKS` is `console`."""
    return PrintingApprise() if prints_only() else AppriseServices()
