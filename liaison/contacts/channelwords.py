"""Each channel in words: what it is for, what it is asked for, and where people find that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.contacts.channelview import CHANNEL_ICONS
from liaison.notifications.facts import Channel
from liaison.notifications.offer import endpoint_channels
from liaison.notifications.wording import channel_label

_ADDRESS = _("Address")
_NUMBER = _("Phone number")
_NUMBER_HELP = _("With the country code, for example +39 06 1234 5678.")
_SECRET = _("Whoever knows this address can write there. We keep it sealed and show only its end.")


@dataclass(frozen=True)
class ChannelWords:
    """One channel on the pages. `steps` lead to what `label` asks for."""

    purpose: Promise
    label: Promise
    help: Promise
    example: str
    steps: tuple[Promise, ...] = ()


@dataclass(frozen=True)
class ChannelChoice:
    """One channel in the list of those that can be had here."""

    key: str
    label: str
    icon: str
    purpose: str


WORDS: Mapping[Channel, ChannelWords] = MappingProxyType(
    {
        Channel.WEBHOOK: ChannelWords(
            _("Signed messages to a system of your own."),
            _ADDRESS,
            _("Where we send to, for example https://hooks.example.com/liaison."),
            "https://hooks.example.com/liaison",
        ),
        Channel.SLACK: ChannelWords(
            _("Messages to a channel of Slack, or of a compatible chat such as Mattermost."),
            _ADDRESS,
            _SECRET,
            "https://hooks.slack.com/services/…",
            (
                _("Open your apps at api.slack.com, and create one for your workspace."),
                _("Turn on “Incoming Webhooks”, and choose “Add New Webhook to Workspace”."),
                _("Choose the channel, and copy the address of the webhook."),
            ),
        ),
        Channel.TEAMS: ChannelWords(
            _("Cards to a channel of Microsoft Teams."),
            _ADDRESS,
            _SECRET,
            "https://prod-00.westeurope.logic.azure.com/workflows/…",
            (
                _("Open the menu of the channel, and choose “Workflows”."),
                _("Choose “Post to a channel when a webhook request is received”."),
                _("Choose team and channel, and copy the address that is shown at the end."),
            ),
        ),
        Channel.GOOGLE_CHAT: ChannelWords(
            _("Cards to a space of Google Chat; what belongs to one incident stands in one thread."),
            _ADDRESS,
            _SECRET,
            "https://chat.googleapis.com/v1/spaces/…",
            (
                _("Open the menu of the space, and choose “Apps & integrations”."),
                _("Choose “Add webhooks”, and give it a name."),
                _("Copy the address of the webhook."),
            ),
        ),
        Channel.SMS: ChannelWords(_("Text messages to a phone."), _NUMBER, _NUMBER_HELP, "+39 06 1234 5678"),
        Channel.VOICE: ChannelWords(
            _("Calls to a phone that read the message aloud, in the contact's language."),
            _NUMBER,
            _NUMBER_HELP,
            "+39 06 1234 5678",
        ),
        Channel.APPRISE: ChannelWords(
            _("Other services that are reached by an address of the apprise library."),
            _ADDRESS,
            _SECRET,
            "ntfys://ntfy.example.com/alerts",
            (_("The pages of apprise (github.com/caronc/apprise) say how the address of each service is made."),),
        ),
    }
)


def channel_choices() -> tuple[ChannelChoice, ...]:
    """Return the channels that people can have endpoints on here, in the active language."""
    return tuple(
        ChannelChoice(channel.value, channel_label(channel), CHANNEL_ICONS[channel], str(WORDS[channel].purpose))
        for channel in endpoint_channels()
    )
