"""Account mail and staff alarms: who gets them, and whether they still may and should when the moment comes.

Announcements hold ids only. Links that carry a right are made when a mail is rendered (`mail_contents.py`), so no
secret lies in a row before it is sent.
"""

from __future__ import annotations

from datetime import datetime

from liaison.accounts import queries
from liaison.accounts.duty import people_on_call
from liaison.accounts.letters import letter_of
from liaison.accounts.mail_contents import alarm_content, content_of
from liaison.accounts.models import ForwardingProof, Identity, Invitation, MailboxChange
from liaison.accounts.vocabulary import MailKind
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler


class AccountMail(TopicHandler):
    """The topic *account mail*: the person addressed, never deferred or bundled.

    Rooms above answer for their own kinds of subjects (`letters.py`).
    """

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        return _facts(Topic.ACCOUNT_MAIL, _reason(subject), _addressed(subject))

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return _is_among(_addressed(subject), recipient)

    def still_relevant(self, subject: Subject) -> bool:
        letter = letter_of(subject.kind)
        if letter is not None:
            return letter.still_relevant(subject)
        now = utc_now()
        if subject.kind == "invitation":
            invitation = _invitation(subject)
            return (
                invitation is not None
                and invitation.accepted_at is None
                and invitation.revoked_at is None
                and invitation.expires_at > now
            )
        if _mail(subject) is MailKind.MAILBOX_VERIFICATION:
            change = _change(subject)
            return change is not None and change.confirmed_at is None and change.expires_at > now
        if subject.kind == "forwarding_proof":
            proof = _proof(subject)
            return proof is not None and proof.confirmed_at is None and proof.expires_at > now
        return True

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        letter = letter_of(subject.kind)
        if letter is not None:
            return letter.render(subject, recipient)
        if subject.kind == "invitation":
            return content_of(MailKind.INVITATION, _invitation(subject), recipient)
        if subject.kind == "mailbox_change":
            return content_of(_mail(subject), _change(subject), recipient)
        if subject.kind == "forwarding_proof":
            return content_of(_mail(subject), _proof(subject), recipient)
        return content_of(_mail(subject), _identity(subject), recipient)


class StaffAlarm(TopicHandler):
    """The topic *staff alarm*: an announcement that nobody could be told of goes to the operator's people (R4)."""

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        circles = (
            Circle(Reason.ON_CALL, people_on_call(now)),
            Circle(Reason.OPERATOR_ADMINISTRATOR, queries.people(queries.operator_administrators())),
        )
        return TopicFacts(topic=Topic.STAFF_ALARM, everyone=circles, of_record=False)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether they are an administrator of the operator now, or were on call and are of its staff still."""
        people = queries.people(queries.operator_administrators())
        if Reason.ON_CALL in recipient.reasons and recipient.identity_id is not None:
            people += queries.staff_who_see_incidents(recipient.identity_id)
        return _is_among(people, recipient)

    def still_relevant(self, subject: Subject) -> bool:
        return True

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        return alarm_content(subject, recipient)


def _facts(topic: Topic, reason: Reason, people: tuple[Person, ...]) -> TopicFacts:
    return TopicFacts(topic=topic, everyone=(Circle(reason, people),), of_record=False)


def _reason(subject: Subject) -> Reason:
    if letter_of(subject.kind) is not None:
        return Reason.ADDRESSED
    return Reason.ADMINISTRATOR if _mail(subject) is MailKind.NUDGE else Reason.ADDRESSED


def _addressed(subject: Subject) -> tuple[Person, ...]:
    """Return whom this mail is for, as things are now; nobody when what it was about is gone."""
    letter = letter_of(subject.kind)
    if letter is not None or not subject.id:
        return () if letter is None else letter.addressed(subject)
    if subject.kind == "invitation":
        invitation = _invitation(subject)
        return () if invitation is None else (_invited(invitation),)
    if subject.kind in {"mailbox_change", "forwarding_proof"}:
        return _reading_addresses(subject)
    identity = _identity(subject)
    if identity is None:
        return ()
    if _mail(subject) is MailKind.NUDGE:
        return queries.people(queries.administrators_of(identity.account).exclude(pk=identity.pk))
    return (queries.person_at_mailbox(identity),)


def _invited(invitation: Invitation) -> Person:
    account = invitation.account
    return Person(
        key=f"address:{invitation.address}",
        name="",
        address=invitation.address,
        language=invitation.language or account.language,
        time_zone=account.time_zone,
    )


def _reading_addresses(subject: Subject) -> tuple[Person, ...]:
    """Return whom a mail about an address of an identity goes to: whoever reads it, and the one before it."""
    if subject.kind == "forwarding_proof":
        proof = _proof(subject)
        return () if proof is None else (_at(proof.identity, proof.address),)
    change = _change(subject)
    return () if change is None else _told_of_mailbox(_mail(subject), change)


def _told_of_mailbox(mail: MailKind, change: MailboxChange) -> tuple[Person, ...]:
    """Return the new address for its proof; afterwards the old one and the new one."""
    addresses = [change.address]
    if mail is MailKind.MAILBOX_CHANGED and change.former:
        addresses.append(change.former)
    return tuple(_at(change.identity, address) for address in addresses)


def _at(identity: Identity, address: str) -> Person:
    """Return the identity as whoever reads an address that is not proved to be theirs yet, or no longer theirs."""
    return Person(
        key=f"address:{address}",
        name=identity.name,
        address=address,
        language=identity.effective_language,
        time_zone=identity.effective_time_zone,
        blocked=queries.suspended(identity),
    )


def _is_among(people: tuple[Person, ...], recipient: Recipient) -> bool:
    """Say whether the recipient is still one of them, unblocked and at the same address (invariant 2)."""
    return any(
        person.key == recipient.key and person.blocked is None and person.address == recipient.address
        for person in people
    )


def _mail(subject: Subject) -> MailKind:
    return MailKind(subject.facts["mail"])


def _invitation(subject: Subject) -> Invitation | None:
    return Invitation.objects.select_related("account", "invited_by").filter(pk=subject.id).first()


def _change(subject: Subject) -> MailboxChange | None:
    return MailboxChange.objects.select_related("identity__domain__account").filter(pk=subject.id).first()


def _proof(subject: Subject) -> ForwardingProof | None:
    return ForwardingProof.objects.select_related("identity__domain__account").filter(pk=subject.id).first()


def _identity(subject: Subject) -> Identity | None:
    return Identity.objects.with_account().filter(pk=subject.id).first()
