"""What account mails and staff alarms say, in the language that is active, with links made at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.links import invitation_link, mailbox_link, password_reset_link
from liaison.accounts.models import Account, Identity, Invitation, MailboxChange
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.vocabulary import MailKind
from liaison.accounts.wording import ROLES
from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject

Matter = Invitation | MailboxChange | Identity


def content_of(mail: MailKind, matter: Matter | None, recipient: Recipient) -> Content:
    """Return what one account mail says. Raises LookupError when what it is about is gone."""
    if matter is None:
        raise LookupError(f"what the mail {mail} is about is gone")
    subject, context = _MAKERS[mail](matter, recipient)
    return Content(
        subject=subject,
        template=f"accounts/mail/{mail}",
        context={"operator_name": settings.OPERATOR_NAME, **context},
        is_confidential=mail in _CONFIDENTIAL,
    )


def alarm_content(subject: Subject, recipient: Recipient) -> Content:
    """Return what a staff alarm says about an announcement that reached nobody."""
    account = Account.objects.filter(pk=subject.account_id).first()
    entries = loader.topics()
    language = get_language() or settings.LANGUAGE_CODE
    account_name = account.name if account else settings.OPERATOR_NAME
    topics = [entries[Topic(topic)].name(language) for topic in subject.facts.get("topics", ())]
    reader = Identity.objects.filter(pk=recipient.identity_id).first()
    return Content(
        subject=_("Nobody could be told: %(account)s") % {"account": account_name},
        template="accounts/mail/staff_alarm",
        context={
            "account_name": account_name,
            "topics": topics,
            "link": portal_link("/", reader.public_id) if reader else "",
        },
    )


Made = tuple[str, dict[str, Any]]


def _invitation(matter: Any, recipient: Recipient) -> Made:
    invitation: Invitation = matter
    account = invitation.account
    subject = _("Invitation to the portal of %(operator)s") % {"operator": settings.OPERATOR_NAME}
    return subject, {
        "account_name": account.name,
        "inviter": invitation.invited_by.name if invitation.invited_by else "",
        "role": str(ROLES[PredefinedRole(invitation.role)]),
        "expires_at": invitation.expires_at,
        "link": invitation_link(invitation),
    }


def _password_reset(matter: Any, recipient: Recipient) -> Made:
    identity: Identity = matter
    return _("Set a new password"), {
        "username": identity.username,
        "account_name": identity.account.name,
        "link": password_reset_link(identity),
    }


def _password_changed(matter: Any, recipient: Recipient) -> Made:
    return _("Your password was changed"), _settings_of(matter)


def _mailbox_verification(matter: Any, recipient: Recipient) -> Made:
    change: MailboxChange = matter
    return _("Confirm your e-mail address"), {
        "username": change.identity.username,
        "account_name": change.identity.account.name,
        "expires_at": change.expires_at,
        "link": mailbox_link(change),
    }


def _mailbox_changed(matter: Any, recipient: Recipient) -> Made:
    change: MailboxChange = matter
    return _("Your e-mail address was changed"), {
        "address": change.address,
        **_settings_of(change.identity),
    }


def _role_changed(matter: Any, recipient: Recipient) -> Made:
    identity: Identity = matter
    held = identity.role_assignments.exclude(predefined="").values_list("predefined", flat=True)
    return _("Your role was changed"), {
        "roles": [str(ROLES[PredefinedRole(role)]) for role in held],
        **_settings_of(identity),
    }


def _token_created(matter: Any, recipient: Recipient) -> Made:
    return _("A new API token was created"), _settings_of(matter)


def _nudge(matter: Any, recipient: Recipient) -> Made:
    asking: Identity = matter
    reader = Identity.objects.filter(pk=recipient.identity_id).first()
    return _("A colleague asks you to give portal access"), {
        "asking_name": asking.name,
        "account_name": asking.account.name,
        "link": portal_link("/users/", reader.public_id) if reader else "",
    }


def _settings_of(identity: Identity) -> dict[str, Any]:
    return {
        "username": identity.username,
        "account_name": identity.account.name,
        "link": portal_link("/settings/", identity.public_id),
    }


_MAKERS: Mapping[MailKind, Callable[[Any, Recipient], Made]] = MappingProxyType(
    {
        MailKind.INVITATION: _invitation,
        MailKind.PASSWORD_RESET: _password_reset,
        MailKind.PASSWORD_CHANGED: _password_changed,
        MailKind.MAILBOX_VERIFICATION: _mailbox_verification,
        MailKind.MAILBOX_CHANGED: _mailbox_changed,
        MailKind.ROLE_CHANGED: _role_changed,
        MailKind.TOKEN_CREATED: _token_created,
        MailKind.NUDGE: _nudge,
    }
)
_CONFIDENTIAL = frozenset({MailKind.INVITATION, MailKind.PASSWORD_RESET, MailKind.MAILBOX_VERIFICATION})
