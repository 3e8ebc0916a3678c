"""What account mails and staff alarms say, in the language that is active, with links made at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts import alarms
from liaison.accounts.links import invitation_link, password_reset_link, proof_link
from liaison.accounts.models import Account, ForwardingProof, Identity, Invitation, MailboxChange
from liaison.accounts.queries import roles_of
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.vocabulary import MailKind
from liaison.accounts.wording import ROLE_HELP, ROLES
from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.dates import format_moment, format_names, format_number
from liaison.notifications.auditing.vocabulary import AUDIT_SUBJECT
from liaison.notifications.auditing.wording import trouble_label
from liaison.notifications.escalation.telling import ESCALATION_SUBJECT
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject

Matter = Invitation | MailboxChange | ForwardingProof | Identity
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Words:
    """The words of one mail: paragraphs, facts as pairs, one button with its link, and what stands below it."""

    subject: str
    paragraphs: tuple[str, ...]
    facts: Facts = ()
    button: str = ""
    link: str = ""
    after: tuple[str, ...] = ()


def content_of(mail: MailKind, matter: Matter | None, recipient: Recipient) -> Content:
    """Return what one account mail says. Raises LookupError when what it is about is gone."""
    if matter is None:
        raise LookupError(f"what the mail {mail} is about is gone")
    return _content(_WRITERS[mail](matter, recipient), is_confidential=mail in _CONFIDENTIAL)


def alarm_content(subject: Subject, recipient: Recipient) -> Content:
    """Return what a staff alarm says: an announcement reached nobody (R4), nobody answered, or the audit failed."""
    writer = alarms.writer_of(subject.kind)
    if writer is not None:
        return _content(writer(subject, recipient))
    if subject.kind == AUDIT_SUBJECT:
        return _content(_audit(subject, recipient))
    account = Account.objects.filter(pk=subject.account_id or 0).first()
    name = account.name if account else settings.OPERATOR_NAME
    if subject.kind == ESCALATION_SUBJECT:
        return _content(_nobody_answered(subject, name, recipient))
    entries = loader.topics()
    topics = [entries[Topic(topic)].name(_language()) for topic in subject.facts.get("topics", ())]
    facts = [(_("Account"), name), (_("About"), format_names(topics, _language()))]
    if (count := subject.facts.get("count", 1)) > 1:
        facts.append((_("Number of events"), format_number(count, _language())))
    return _content(
        Words(
            subject=_("Nobody could be told: %(account)s") % {"account": name},
            paragraphs=(
                _("Something happened that this account must know of, and nobody of it can be reached."),
                _("Call the account or its partner manager, and have its contact information put right."),
            ),
            facts=tuple(facts),
            button=_("Open the portal"),
            link=_link_for(recipient, "/"),
        )
    )


def _nobody_answered(subject: Subject, account: str, recipient: Recipient) -> Words:
    return Words(
        subject=_("Nobody answered: %(account)s") % {"account": account},
        paragraphs=(
            _("An emergency of this account was escalated. Everybody was called, and nobody acknowledged."),
            _("Call the account or its partner manager now. Whoever takes care of it acknowledges it in the portal."),
        ),
        facts=(
            (_("Account"), account),
            (_("Steps taken"), format_number(subject.facts["steps"], _language())),
        ),
        button=_("Open the emergency"),
        link=_link_for(recipient, f"/escalations/{subject.id}/"),
    )


def _audit(subject: Subject, recipient: Recipient) -> Words:
    troubles = subject.facts.get("troubles", {})
    return Words(
        subject=_("Deliveries need your attention"),
        paragraphs=(
            _("The portal looked at everything that it owes somebody, and found what should not be."),
            _(
                "The page “Deliveries that need somebody” shows each of them, with what the other side answered, "
                "and what you can do."
            ),
        ),
        facts=tuple((trouble_label(kind), format_number(count, _language())) for kind, count in troubles.items()),
        button=_("Open the deliveries"),
        link=_link_for(recipient, "/desk/deliveries"),
    )


def _invitation(matter: Any, recipient: Recipient) -> Words:
    invitation: Invitation = matter
    role = PredefinedRole(invitation.role)
    facts = [(_("Account"), invitation.account.name)]
    if invitation.invited_by is not None:
        facts.append((_("Invited by"), invitation.invited_by.name))
    facts += [(_("Role"), f"{ROLES[role]}: {ROLE_HELP[role]}"), (_("Valid until"), _moment(invitation.expires_at))]
    return Words(
        subject=_("Invitation to the portal of %(operator)s") % {"operator": settings.OPERATOR_NAME},
        paragraphs=(
            _(
                "You are invited to the portal of %(operator)s. Accept the invitation to choose your name and "
                "your password."
            )
            % {"operator": settings.OPERATOR_NAME},
        ),
        facts=tuple(facts),
        button=_("Accept the invitation"),
        link=invitation_link(invitation),
        after=(
            _("The link works once. Do not pass it on: whoever opens it signs in in your place."),
            _("If you did not expect this invitation, you need not do anything."),
        ),
    )


def _password_reset(matter: Any, recipient: Recipient) -> Words:
    identity: Identity = matter
    return Words(
        subject=_("Set a new password"),
        paragraphs=(_("Somebody asked for a new password for this user name."),),
        facts=_who(identity),
        button=_("Set a new password"),
        link=password_reset_link(identity),
        after=(_("The link works once. If you did not ask for it, your password stays as it is."),),
    )


def _password_changed(matter: Any, recipient: Recipient) -> Words:
    identity: Identity = matter
    return Words(
        subject=_("Your password was changed"),
        paragraphs=(_("A new password was set. Everybody who had signed in with the old one is signed out."),),
        facts=_who(identity),
        button=_("Open your settings"),
        link=_settings_link(identity),
        after=(_not_you(),),
    )


def _mailbox_verification(matter: Any, recipient: Recipient) -> Words:
    change: MailboxChange = matter
    return Words(
        subject=_("Confirm your e-mail address"),
        paragraphs=(_("This address was entered as the mailbox of a user. Confirm it to get their e-mails here."),),
        facts=(*_who(change.identity), (_("Valid until"), _moment(change.expires_at))),
        button=_("Confirm the address"),
        link=proof_link(change),
        after=(_("If you do not know this user, you need not do anything."),),
    )


def _mailbox_changed(matter: Any, recipient: Recipient) -> Words:
    change: MailboxChange = matter
    return Words(
        subject=_("Your e-mail address was changed"),
        paragraphs=(_("E-mails for this user go to another address from now on."),),
        facts=(*_who(change.identity), (_("New address"), change.address)),
        button=_("Open your settings"),
        link=_settings_link(change.identity),
        after=(_not_you(),),
    )


def _forwarding_verification(matter: Any, recipient: Recipient) -> Words:
    proof: ForwardingProof = matter
    return Words(
        subject=_("Confirm that e-mails are forwarded here"),
        paragraphs=(
            _("A user wants their e-mail notifications to come to this address. Confirm it to get them here."),
            _("Then this user can also open every case that is shared with this address, now or later."),
        ),
        facts=(*_who(proof.identity), (_("Valid until"), _moment(proof.expires_at))),
        button=_("Confirm the address"),
        link=proof_link(proof),
        after=(_("If you do not know this user, you need not do anything."),),
    )


def _forwarding_began(matter: Any, recipient: Recipient) -> Words:
    identity: Identity = matter
    return Words(
        subject=_("Your e-mails are forwarded"),
        paragraphs=(_("Your e-mail notifications go to another address from now on."),),
        facts=(*_who(identity), (_("Forwarded to"), identity.forwards_to)),
        button=_("Open your settings"),
        link=_settings_link(identity),
        after=(_not_you(),),
    )


def _role_changed(matter: Any, recipient: Recipient) -> Words:
    identity: Identity = matter
    roles = [f"{ROLES[role]}: {ROLE_HELP[role]}" for role in roles_of(identity)]
    return Words(
        subject=_("Your role was changed"),
        paragraphs=(_("An administrator changed what you may do in the portal."),),
        facts=(*_who(identity), (_("Role"), " ".join(roles))),
        button=_("Open the portal"),
        link=portal_link("/", identity.public_id),
    )


def _token_created(matter: Any, recipient: Recipient) -> Words:
    identity: Identity = matter
    return Words(
        subject=_("A new API token was created"),
        paragraphs=(_("A program that holds the new token can act in the portal under your name."),),
        facts=_who(identity),
        button=_("See your API tokens"),
        link=portal_link("/settings/tokens/", identity.public_id),
        after=(_not_you(),),
    )


def _nudge(matter: Any, recipient: Recipient) -> Words:
    asking: Identity = matter
    return Words(
        subject=_("A colleague asks you to give portal access"),
        paragraphs=(
            _("%(name)s asks you to invite a colleague who is better placed to fill in the contact information.")
            % {"name": asking.name},
        ),
        facts=((_("Account"), asking.account.name),),
        button=_("Invite a colleague"),
        link=_link_for(recipient, "/users/"),
    )


def _content(words: Words, *, is_confidential: bool = False) -> Content:
    return Content(
        subject=words.subject,
        template="accounts/mail/letter",
        context={"words": words},
        is_confidential=is_confidential,
    )


def _who(identity: Identity) -> Facts:
    return ((_("User name"), identity.username), (_("Account"), identity.account.name))


def _not_you() -> str:
    return _("If this was not you, set a new password at once and tell an administrator of your account.")


def _settings_link(identity: Identity) -> str:
    return portal_link("/settings/", identity.public_id)


def _link_for(recipient: Recipient, path: str) -> str:
    reader = Identity.objects.filter(pk=recipient.identity_id or 0).first()
    return portal_link(path, reader.public_id) if reader else settings.PORTAL_URL


def _moment(value: datetime) -> str:
    return format_moment(value, _language(), timezone.get_current_timezone_name())


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


_WRITERS: Mapping[MailKind, Callable[[Any, Recipient], Words]] = MappingProxyType(
    {
        MailKind.INVITATION: _invitation,
        MailKind.PASSWORD_RESET: _password_reset,
        MailKind.PASSWORD_CHANGED: _password_changed,
        MailKind.MAILBOX_VERIFICATION: _mailbox_verification,
        MailKind.MAILBOX_CHANGED: _mailbox_changed,
        MailKind.FORWARDING_VERIFICATION: _forwarding_verification,
        MailKind.FORWARDING_BEGAN: _forwarding_began,
        MailKind.ROLE_CHANGED: _role_changed,
        MailKind.TOKEN_CREATED: _token_created,
        MailKind.NUDGE: _nudge,
    }
)
_CONFIDENTIAL = frozenset(
    {MailKind.INVITATION, MailKind.PASSWORD_RESET, MailKind.MAILBOX_VERIFICATION, MailKind.FORWARDING_VERIFICATION}
)
