"""The words of this room's refusals."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.contacts.codes import ContactCode, DigestCode, EndpointCode, EscalationPaceCode, GateCode, VerificationCode

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        ContactCode.REQUIRED: _("This is required. Fill it in."),
        ContactCode.STILL_REQUIRED: _(
            "This cannot be removed, because it is required for: %(names)s. Replace it instead."
        ),
        ContactCode.NOT_OFFERED: _("None of the integrations of this account uses this field."),
        ContactCode.ONLY_IN_PRODUCTION: _(
            "Alert contacts can be given in the production environment only. Change them there."
        ),
        ContactCode.USERS_ONLY: _("Choose a user of this account."),
        ContactCode.WHO_NEEDED: _("Choose a user or type an e-mail address."),
        ContactCode.USER_OR_ADDRESS: _("Choose a user or type an e-mail address, not both."),
        ContactCode.UNKNOWN_USER: _("This user does not exist in this account any more. Choose another one."),
        ContactCode.SUSPENDED_USER: _("%(name)s is suspended. Choose another user."),
        ContactCode.USER_WITHOUT_MAILBOX: _("%(name)s has no mailbox, so no e-mail can be sent there."),
        ContactCode.SAME_PERSON_TWICE: _("This person or address is in this field already."),
        ContactCode.UNKNOWN_BRAND: _("This brand does not exist in this account any more."),
        ContactCode.BRAND_TWICE: _("A brand has one shared contact only."),
        ContactCode.ALIAS_NEEDED: _("Enter the support e-mail alias."),
        ContactCode.UNKNOWN_LANGUAGE: _("Choose one of the languages of the list."),
        ContactCode.UNKNOWN_ZONE: _("Choose one of the time zones of the list."),
        ContactCode.DAYS_NEEDED: _("Choose at least one day."),
        ContactCode.CLOCK_UNUSABLE: _("Enter a time between 00:00 and 24:00, for example 09:30."),
        ContactCode.STARTS_AT_MIDNIGHT: _("Hours cannot start at 24:00. Write 00:00 and choose the next day."),
        ContactCode.SAME_HOURS_TWICE: _("These hours are given twice. Remove one of the rows."),
        ContactCode.UNKNOWN_FIELD: _("There is no such field."),
        ContactCode.WRONG_SHAPE: _("This is not in the form that was expected."),
        ContactCode.TOO_MANY: _("There can be at most %(most)s entries here."),
        ContactCode.TEXT_TOO_LONG: _("This is longer than %(most)s characters."),
        ContactCode.ADDRESS_CONTROL_CHARACTER: _(
            "The e-mail address contains a line break or another hidden character."
        ),
        ContactCode.ADDRESS_SEVERAL_AT_SIGNS: _("Enter one e-mail address only, with one @ sign."),
        ContactCode.ADDRESS_TOO_LONG: _("The e-mail address is too long."),
        ContactCode.ADDRESS_NON_ASCII: _(
            "The part before the @ sign may only have Latin letters without accents, digits and signs."
        ),
        ContactCode.ADDRESS_INVALID: _("This is not a valid e-mail address."),
        ContactCode.NAME_CONTROL_CHARACTER: _("The name contains a line break or another hidden character."),
        ContactCode.NAME_TOO_LONG: _("The name is longer than %(most)s characters."),
        ContactCode.CHANGED_BY_SOMEBODY: _(
            "The contact information was changed in the meantime. By: %(name)s. When: %(when)s."
        ),
        ContactCode.DRAFT_SAVED_BY_SOMEBODY: _(
            "Another draft was saved in the meantime. By: %(name)s. When: %(when)s."
        ),
        ContactCode.DRAFT_IS_GONE: _("The draft was discarded in the meantime."),
        ContactCode.INCOMPLETE: _("The contact information of this account is not complete. Missing: %(fields)s."),
        ContactCode.ONLY_ALERT_CONTACT: _(
            "This user is the only alert contact of the account: %(name)s. Name another alert contact first, "
            "under Configuration, Contact information."
        ),
        VerificationCode.LINK_OVER: _(
            "This link is not valid any more: it is too old, a newer mail has taken its place, or you are not named "
            "any more."
        ),
        VerificationCode.CODE_WRONG: _("This is not the code of the last mail. Check the address and the six digits."),
        VerificationCode.TOO_MANY_TRIES: _("The code was entered wrongly %(most)s times. Send a new mail first."),
        VerificationCode.NO_CODE: _("No code is valid for this contact now. Send a new mail first."),
        VerificationCode.DECLINED: _("This person declined to be a contact. Name somebody else."),
        VerificationCode.VERIFIED: _("This contact is verified already."),
        VerificationCode.SENT_LATELY: _("A mail was sent a short time ago. You can send the next one from: %(when)s"),
        VerificationCode.TOO_MANY_POSTS: _("Too many attempts. Try again in a few minutes."),
        GateCode.CONTACT_INFORMATION_MISSING: _(
            "The contact information of this account must be completed first. Missing: %(fields)s."
        ),
        DigestCode.UNKNOWN_REGION: _("Choose one of the regions of the list."),
        EscalationPaceCode.OUT_OF_RANGE: _("Enter a whole number from %(least)s to %(most)s."),
        EndpointCode.UNKNOWN_PERSON: _("Choose one of the alert contacts or technical emergency contacts."),
        EndpointCode.NAME_UNUSABLE: _("Enter a name of at most %(most)s characters, in one line."),
        EndpointCode.TOO_MANY: _("A person can have at most %(most)s endpoints. Remove one first."),
        EndpointCode.ALREADY_DISABLED: _("The endpoint is disabled already."),
        EndpointCode.NOT_DISABLED: _("The endpoint is not disabled."),
        EndpointCode.CHANNEL_NOT_OFFERED: _("This channel is not offered here."),
        EndpointCode.NOT_SIGNED: _("Only webhooks are signed: this endpoint has no secret."),
        EndpointCode.URL_UNUSABLE: _("This is not a web address. Enter one like https://hooks.example.com/liaison."),
        EndpointCode.SCHEME_NOT_ALLOWED: _("The address must start with https://."),
        EndpointCode.USER_INFO_NOT_ALLOWED: _(
            "The address must not hold a user name or a password. Our requests are signed instead."
        ),
        EndpointCode.HOST_UNUSABLE: _("The name of the server in this address is not valid."),
        EndpointCode.PORT_NOT_ALLOWED: _("The port in this address cannot be used. Usual ones can, such as 443."),
        EndpointCode.ADDRESS_NOT_ALLOWED: _(
            "This address belongs to a private or reserved network. The server must be reachable from the internet."
        ),
        EndpointCode.NEEDS_HTTPS: _("The address must start with https://, so that nobody reads along on the way."),
        EndpointCode.NUMBER_UNUSABLE: _(
            "This is not a phone number. Enter it with its country code, for example +39 06 1234 5678."
        ),
        EndpointCode.SERVICE_NOT_ALLOWED: _("Addresses of this kind are not allowed here."),
        EndpointCode.SERVICE_UNUSABLE: _("The service cannot be used with this address. Check it for mistakes."),
        EndpointCode.HOST_UNKNOWN: _("The name of the server in this address cannot be found. Check the spelling."),
    }
)
