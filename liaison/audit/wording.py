"""What happened, in words, for histories. Who did it stands beside it, so the sentences begin with the deed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.audit.vocabulary import Happened

HAPPENED: Mapping[Happened, Promise] = MappingProxyType(
    {
        Happened.ACCOUNT_CREATED: _("Created the account"),
        Happened.ACCOUNT_CHANGED: _("Changed the account"),
        Happened.PARTNER_MANAGER_ASSIGNED: _("Assigned the partner manager"),
        Happened.IDENTITY_CREATED: _("Created a user"),
        Happened.IDENTITY_CHANGED: _("Changed a user’s settings"),
        Happened.IDENTITY_SUSPENDED: _("Suspended a user"),
        Happened.IDENTITY_RESTORED: _("Restored a user"),
        Happened.IDENTITY_DELETED: _("Deleted a user"),
        Happened.IDENTITY_SIGNED_IN: _("Signed in"),
        Happened.IDENTITY_SIGNED_OUT: _("Signed out"),
        Happened.PASSWORD_CHANGED: _("Changed the password"),
        Happened.PASSWORD_RESET_ASKED: _("Asked for a link to set a new password"),
        Happened.SESSIONS_ENDED: _("Ended all sessions"),
        Happened.MAILBOX_CHANGE_ASKED: _("Asked for another mailbox"),
        Happened.MAILBOX_VERIFIED: _("Verified the mailbox"),
        Happened.ROLE_GIVEN: _("Gave a role"),
        Happened.ROLE_TAKEN: _("Took a role away"),
        Happened.INVITATION_SENT: _("Sent an invitation"),
        Happened.INVITATION_REVOKED: _("Took an invitation back"),
        Happened.INVITATION_ACCEPTED: _("Accepted an invitation"),
        Happened.ADMINISTRATORS_NUDGED: _("Asked the administrators to invite a colleague"),
        Happened.SIGN_IN_LINK_CREATED: _("Created a one-time link"),
        Happened.SIGN_IN_LINK_USED: _("Signed in with a one-time link"),
        Happened.TOKEN_CREATED: _("Created an API token"),
        Happened.TOKEN_REVOKED: _("Revoked an API token"),
        Happened.INTEGRATION_CREATED: _("Added an integration"),
        Happened.INTEGRATION_STAGE_CHANGED: _("Changed the stage of an integration"),
        Happened.INTEGRATION_LAUNCHED: _("Launched an integration"),
        Happened.INTEGRATION_PAUSED: _("Paused an integration"),
        Happened.INTEGRATION_RESUMED: _("Resumed an integration"),
        Happened.INTEGRATION_DISABLED: _("Disabled an integration"),
        Happened.INTEGRATION_RESTORED: _("Restored a disabled integration"),
        Happened.INTAKE_KEY_CREATED: _("Created an intake key"),
        Happened.INTAKE_KEY_REVOKED: _("Revoked an intake key"),
        Happened.BRAND_CREATED: _("Created a brand"),
        Happened.BRAND_CHANGED: _("Renamed a brand"),
        Happened.BRAND_DELETED: _("Deleted a brand"),
        Happened.CONTACT_DRAFT_SAVED: _("Worked on a draft"),
        Happened.CONTACT_DRAFT_DISCARDED: _("Discarded the draft"),
        Happened.CONTACTS_COMPLETED: _("Completed the contact information"),
        Happened.CONTACTS_CHANGED: _("Changed the contact information"),
        Happened.CONTACTS_CONFIRMED: _("Confirmed the contact information"),
        Happened.CONTACT_ROLE_LEFT: _("Took a leaving person out of the contact roles"),
        Happened.ONBOARDING_REMINDED: _("Reminded of the contact information"),
        Happened.CONTACT_TOLD: _("Told a contact that they are named"),
        Happened.CONTACT_VERIFIED: _("Verified a contact"),
        Happened.CONTACT_CODE_REFUSED: _("Entered a wrong verification code"),
        Happened.CONTACT_DECLINED: _("Declined to be a contact"),
        Happened.CONTACT_HAS_LEFT: _("Said that a contact no longer works there"),
        Happened.CONTACT_UNREACHABLE: _("Mail to a contact came back"),
        Happened.ENDPOINT_ADDED: _("Added an endpoint"),
        Happened.ENDPOINT_RENAMED: _("Renamed an endpoint"),
        Happened.ENDPOINT_SECRET_ROTATED: _("Made a new secret for an endpoint"),
        Happened.ENDPOINT_DISABLED: _("Disabled an endpoint"),
        Happened.ENDPOINT_ENABLED: _("Enabled an endpoint"),
        Happened.ENDPOINT_REMOVED: _("Removed an endpoint"),
        Happened.INCIDENT_OPENED: _("Reported a problem"),
        Happened.INCIDENT_REPEATED: _("Reported a problem again"),
        Happened.INCIDENT_REOPENED: _("Reported a problem that had been resolved"),
        Happened.INCIDENT_RESOLVED: _("Reported that a problem is over"),
        Happened.INCIDENT_ACKNOWLEDGED: _("Acknowledged a problem"),
        Happened.ESCALATION_STEP_TAKEN: _("Called the next people"),
        Happened.ESCALATION_EXHAUSTED: _("Called everybody, and nobody answered"),
        Happened.ESCALATION_ACKNOWLEDGED: _("Acknowledged an escalation"),
        Happened.ESCALATION_PACE_CHANGED: _("Changed how an escalation goes on"),
        Happened.DIGEST_CHANGED: _("Changed when the account hears of what is not urgent"),
        Happened.DRILL_STARTED: _("Started a drill"),
        Happened.DRILL_ANSWERED: _("Answered a drill"),
        Happened.DRILL_ENDED: _("Ended a drill"),
        Happened.DRILL_MISSED: _("Missed a scheduled drill"),
        Happened.DRILL_MOVED: _("Moved a scheduled drill"),
        Happened.DRILL_ANNOUNCED: _("Announced a scheduled drill"),
        Happened.DRILL_SCHEDULE_CHANGED: _("Changed the schedule of drills"),
        Happened.TEST_MESSAGE_SENT: _("Sent a test message"),
        Happened.TEST_MESSAGE_ARRIVED: _("Confirmed that a test message arrived"),
        Happened.DELIVERY_SENT_AGAIN: _("Sent a message again"),
        Happened.DELIVERY_RELEASED: _("Sent at once what was deferred"),
        Happened.DELIVERY_SEEN: _("Noted that a message did not arrive"),
        Happened.DELIVERY_BOUNCED: _("Recorded that a message came back"),
        Happened.INCOMING_MAIL_OPENED: _("Opened an incoming mail as it came"),
        Happened.INCOMING_MAIL_READ_AGAIN: _("Had an incoming mail read again"),
        Happened.SENT_MESSAGE_OPENED: _("Opened a message as it was sent"),
        Happened.DELIVERIES_EXPORTED: _("Downloaded the list of deliveries"),
    }
)


def happened_label(kind: str) -> str:
    """Return what happened in the active language; the bare name for a kind that is no longer known."""
    try:
        return str(HAPPENED[Happened(kind)])
    except ValueError:
        return kind
