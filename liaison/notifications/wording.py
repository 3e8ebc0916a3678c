"""The words for reasons, suppressions and channels, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.notifications.facts import Channel, HeldBecause, Reason, Withheld


class FailedBecause(StrEnum):
    """Why a delivery failed for good; the server's own words stand beside it as evidence."""

    REFUSED = "refused"
    EXPIRED = "expired"
    OUTCOME_UNKNOWN = "outcome_unknown"
    CANNOT_BE_MADE = "cannot_be_made"
    ADDRESS_DEAD = "address_dead"
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    CAME_BACK = "came_back"


# Where somebody stands, for lists.
REASONS: Mapping[Reason, Promise] = MappingProxyType(
    {
        Reason.ALERT_CONTACT: _("Alert contact"),
        Reason.EMERGENCY_CONTACT: _("Technical emergency contact"),
        Reason.ADMINISTRATOR: _("Administrator of the account"),
        Reason.PARTNER_MANAGER: _("Partner manager of the account"),
        Reason.OPERATOR_ADMINISTRATOR: _("Administrator of the operator"),
        Reason.ON_CALL: _("On call for the operator"),
        Reason.NON_EMERGENCY_CONTACT: _("Technical non-emergency contact"),
        Reason.MERCHANT_CONTACT: _("Operational contact for merchant issues"),
        Reason.OPERATOR_CONTACT: _("Operational contact for the operator"),
        Reason.ASKED_FOR_SANDBOX: _("Asked for messages about the sandbox"),
        Reason.ADDRESSED: _("Addressed in person"),
        Reason.FILED_THE_CASE: _("Filed the case"),
        Reason.CASE_IS_SHARED: _("The case is shared with them"),
        Reason.FOLLOWS_THE_CASE: _("Follows the case"),
        Reason.WORKS_ON_THE_CASE: _("Works on the case for the operator"),
        Reason.TRIAGE: _("Assesses urgent cases for the operator"),
    }
)

# The same, said to the reader of a message.
WHY_YOU: Mapping[Reason, Promise] = MappingProxyType(
    {
        Reason.ALERT_CONTACT: _("You are an alert contact of your account."),
        Reason.EMERGENCY_CONTACT: _("You are a technical emergency contact."),
        Reason.ADMINISTRATOR: _("You are an administrator of the account."),
        Reason.PARTNER_MANAGER: _("You are the partner manager of the account."),
        Reason.OPERATOR_ADMINISTRATOR: _("You are an administrator of the platform operator."),
        Reason.ON_CALL: _("You are on call for the platform operator."),
        Reason.NON_EMERGENCY_CONTACT: _("You are a technical non-emergency contact."),
        Reason.MERCHANT_CONTACT: _("You are an operational contact for merchant issues."),
        Reason.OPERATOR_CONTACT: _("You are an operational contact for the operator."),
        Reason.ASKED_FOR_SANDBOX: _("You asked for messages about the sandbox in your settings."),
        Reason.ADDRESSED: _("This message is about you or was sent to you in person."),
        Reason.FILED_THE_CASE: _("You filed this case."),
        Reason.CASE_IS_SHARED: _("This case is shared with you."),
        Reason.FOLLOWS_THE_CASE: _("You follow this case."),
        Reason.WORKS_ON_THE_CASE: _("You work on this case for the platform operator."),
        Reason.TRIAGE: _("You assess urgent cases for the platform operator."),
    }
)

WITHHELD: Mapping[Withheld, Promise] = MappingProxyType(
    {
        Withheld.SANDBOX: _("Nothing about the sandbox is sent to the contacts of the account."),
        Withheld.PAUSED: _("The integration is paused: production alerts are recorded and not sent."),
        Withheld.SUSPENDED: _("The user is suspended."),
        Withheld.NO_ADDRESS: _("The user has no mailbox."),
        Withheld.DECLINED: _("The person declined to be a contact."),
        Withheld.UNREACHABLE: _("Mail to this address came back."),
        Withheld.ONLY_EMERGENCIES: _("The endpoint is kept for emergencies."),
        Withheld.NOT_WANTED: _("The person chose not to get this."),
        Withheld.LATER_STEP: _("Called only if nobody before answers or can be reached."),
        Withheld.NO_LONGER_ALLOWED: _("Lost the right to read this before it was sent."),
        Withheld.NO_LONGER_RELEVANT: _("It was over before it was sent."),
    }
)

HELD: Mapping[HeldBecause, Promise] = MappingProxyType(
    {
        HeldBecause.SUPPORT_HOURS: _("The account wants to hear of this in its support hours."),
        HeldBecause.QUIET_HOURS: _("The reader has quiet hours."),
        HeldBecause.BUNDLED: _("One went to the same place a moment before: these go together."),
        HeldBecause.RATE_LIMITED: _("The same place had many messages just before: these go together."),
    }
)

FAILED: Mapping[FailedBecause, Promise] = MappingProxyType(
    {
        FailedBecause.REFUSED: _("The receiving server refused the message."),
        FailedBecause.EXPIRED: _("The receiving server did not take the message in time."),
        FailedBecause.OUTCOME_UNKNOWN: _("The message was handed over twice, and each time the answer was lost."),
        FailedBecause.CANNOT_BE_MADE: _("The message could not be made for this recipient."),
        FailedBecause.ADDRESS_DEAD: _("The message came back: there is no such mailbox."),
        FailedBecause.MAILBOX_FULL: _("The message came back: the mailbox is full."),
        FailedBecause.POLICY: _("The message came back: a rule of the receiving side refused it."),
        FailedBecause.CAME_BACK: _("The message came back."),
    }
)

CHANNELS: Mapping[Channel, Promise] = MappingProxyType(
    {
        Channel.EMAIL: _("E-mail"),
        Channel.WEBHOOK: _("Webhook"),
        Channel.SLACK: _("Slack"),
        Channel.TEAMS: _("Microsoft Teams"),
        Channel.GOOGLE_CHAT: _("Google Chat"),
        Channel.SMS: _("Text message"),
        Channel.VOICE: _("Phone call"),
        Channel.APPRISE: _("Another service"),
    }
)


# What became of one try. Everything else means that the worker did not get to send.
ATTEMPTS: Mapping[str, Promise] = MappingProxyType(
    {
        "": _("is being sent"),
        "accepted": _("taken by the receiving server"),
        "refused": _("refused by the receiving server"),
        "temporary": _("not possible then, tried again later"),
        "unknown": _("handed over, and the answer was lost"),
        "expired": _("the worker stopped in the middle of it"),
        "bounced": _("came back later"),
        "delayed": _("another server is late with it, and still tries"),
        "delivered": _("another server reports that it arrived"),
    }
)


def attempt_label(outcome: str) -> str:
    """Return in words what became of one try."""
    return str(ATTEMPTS.get(outcome, _("not sent in this try")))


def reason_label(reason: str) -> str:
    return str(REASONS[Reason(reason)])


def held_label(because: str) -> str:
    """Return why a message waits."""
    return str(HELD[HeldBecause(because)])


def withheld_label(withheld: str) -> str:
    return str(WITHHELD[Withheld(withheld)])


def state_reason_label(state_reason: str) -> str:
    """Return why a delivery was suppressed, cancelled or failed; empty for none of these."""
    if not state_reason:
        return ""
    if state_reason in {failed.value for failed in FailedBecause}:
        return str(FAILED[FailedBecause(state_reason)])
    return withheld_label(state_reason)


def channel_label(channel: str) -> str:
    return str(CHANNELS[Channel(channel)])
