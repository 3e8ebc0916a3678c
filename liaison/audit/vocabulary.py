"""What can happen: one dotted, past-tense name per kind of event."""

from __future__ import annotations

from enum import StrEnum


class Happened(StrEnum):
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    PARTNER_MANAGER_ASSIGNED = "account.partner_manager_assigned"
    IDENTITY_CREATED = "identity.created"
    IDENTITY_CHANGED = "identity.changed"
    IDENTITY_SUSPENDED = "identity.suspended"
    IDENTITY_RESTORED = "identity.restored"
    IDENTITY_DELETED = "identity.deleted"
    IDENTITY_SIGNED_IN = "identity.signed_in"
    IDENTITY_SIGNED_OUT = "identity.signed_out"
    PASSWORD_CHANGED = "identity.password_changed"  # noqa: S105  # the name of an event
    PASSWORD_RESET_ASKED = "identity.password_reset_asked"  # noqa: S105
    SESSIONS_ENDED = "identity.sessions_ended"
    MAILBOX_CHANGE_ASKED = "identity.mailbox_change_asked"
    MAILBOX_VERIFIED = "identity.mailbox_verified"
    ROLE_GIVEN = "role.given"
    ROLE_TAKEN = "role.taken"
    INVITATION_SENT = "invitation.sent"
    INVITATION_REVOKED = "invitation.revoked"
    INVITATION_ACCEPTED = "invitation.accepted"
    ADMINISTRATORS_NUDGED = "administrators.nudged"
    SIGN_IN_LINK_CREATED = "sign_in_link.created"
    SIGN_IN_LINK_USED = "sign_in_link.used"
    TOKEN_CREATED = "api_token.created"  # noqa: S105
    TOKEN_REVOKED = "api_token.revoked"  # noqa: S105
    INTEGRATION_CREATED = "integration.created"
    INTEGRATION_STAGE_CHANGED = "integration.stage_changed"
    INTEGRATION_LAUNCHED = "integration.launched"
    INTEGRATION_PAUSED = "integration.paused"
    INTEGRATION_RESUMED = "integration.resumed"
    INTEGRATION_DISABLED = "integration.disabled"
    INTEGRATION_RESTORED = "integration.restored"
    INTAKE_KEY_CREATED = "intake_key.created"
    INTAKE_KEY_REVOKED = "intake_key.revoked"
    BRAND_CREATED = "brand.created"
    BRAND_CHANGED = "brand.changed"
    BRAND_DELETED = "brand.deleted"
    CONTACT_DRAFT_SAVED = "contact_information.draft_saved"
    CONTACT_DRAFT_DISCARDED = "contact_information.draft_discarded"
    CONTACTS_COMPLETED = "contact_information.completed"
    CONTACTS_CHANGED = "contact_information.changed"
    CONTACTS_CONFIRMED = "contact_information.confirmed"
    CONTACT_ROLE_LEFT = "contact_information.role_left"
    ONBOARDING_REMINDED = "contact_information.reminded"
    ENDPOINT_ADDED = "endpoint.added"
    ENDPOINT_RENAMED = "endpoint.renamed"
    ENDPOINT_SECRET_ROTATED = "endpoint.secret_rotated"  # noqa: S105
    ENDPOINT_DISABLED = "endpoint.disabled"
    ENDPOINT_ENABLED = "endpoint.enabled"
    ENDPOINT_REMOVED = "endpoint.removed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_REPEATED = "incident.repeated"
    INCIDENT_REOPENED = "incident.reopened"
    INCIDENT_RESOLVED = "incident.resolved"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    ESCALATION_STEP_TAKEN = "escalation.step_taken"
    ESCALATION_EXHAUSTED = "escalation.exhausted"
    ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
    ESCALATION_PACE_CHANGED = "contact_information.escalation_changed"
    DELIVERY_SENT_AGAIN = "delivery.sent_again"
    DELIVERY_SEEN = "delivery.seen"
    SENT_MESSAGE_OPENED = "delivery.message_opened"
    DELIVERIES_EXPORTED = "deliveries.exported"


class ActorKind(StrEnum):
    IDENTITY = "identity"
    SYSTEM = "system"
    LINK = "link"
    INTAKE_KEY = "intake_key"
