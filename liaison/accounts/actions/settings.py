"""Verbs of a person on their own identity: settings, mailbox, password, sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from liaison.accounts.actions.checks import Problems, lock_identity, tell
from liaison.accounts.actions.proofs import ask_for_proof, follow_proof, use_proof
from liaison.accounts.models import Identity, MailboxChange
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.lib.addresses import same_mailbox
from liaison.lib.refusals import Conflict


@transaction.atomic
def change_settings(
    *,
    actor: Identity,
    name: str,
    language: str,
    time_zone: str,
    wants_sandbox_mail: bool,
    now: datetime,
) -> Identity:
    """Change one's own name, language, zone (empty: the account's) and choice of mail. Raises Invalid.

    History says that the name changed, not what it was: names live in one erasable row.
    """
    problems = Problems()
    name = problems.line("name", name, 150)
    problems.language("language", language)
    problems.zone("time_zone", time_zone)
    problems.refuse()
    identity = lock_identity(actor)
    wanted: dict[str, Any] = {
        "name": name,
        "language": language,
        "time_zone": time_zone,
        "wants_sandbox_mail": wants_sandbox_mail,
    }
    changed = {key: getattr(identity, key) for key, value in wanted.items() if getattr(identity, key) != value}
    for key in changed:
        setattr(identity, key, wanted[key])
    identity.save(update_fields=list(wanted))
    if changed:
        shown = {key: [before, wanted[key]] for key, before in changed.items() if key != "name"}
        _record(Happened.IDENTITY_CHANGED, identity, now, changes=shown, facts={"fields": sorted(changed)})
    return identity


@transaction.atomic
def change_language(*, actor: Identity, language: str, now: datetime) -> None:
    """Keep the language chosen with the switch. Raises Invalid for one that there is not."""
    problems = Problems()
    problems.language("language", language, needed=True)
    problems.refuse()
    identity = lock_identity(actor)
    if identity.language == language:
        return
    before, identity.language = identity.language, language
    identity.save(update_fields=["language"])
    _record(Happened.IDENTITY_CHANGED, identity, now, changes={"language": [before, language]})


@transaction.atomic
def change_mailbox(*, actor: Identity, address: str, now: datetime) -> MailboxChange:
    """Ask for a new mailbox: it counts once the link mailed to it was opened. Raises Invalid or Conflict."""
    problems = Problems()
    address = problems.address("address", address)
    problems.refuse()
    identity = lock_identity(actor)
    if identity.mailbox and same_mailbox(identity.mailbox, address):
        raise Conflict(AccountCode.SAME_MAILBOX)
    return ask_for_proof(MailboxChange, actor=identity.audit_ref, identity=identity, address=address, now=now)


@transaction.atomic
def confirm_mailbox(*, token: str, now: datetime) -> Identity:
    """Take the proved address as the identity's mailbox and tell the old one and the new one.

    Raises Conflict for a link that is unknown, used or too old, all alike.
    """
    change = use_proof(MailboxChange, token, now)
    identity, change.former = change.identity, change.identity.mailbox
    change.save(update_fields=["former"])
    identity.mailbox, identity.mailbox_verified_at = change.address, now
    identity.save(update_fields=["mailbox", "mailbox_verified_at"])
    identity.sign_in_links.filter(used_at=None).delete()  # they were for somebody without a mailbox
    follow_proof(change, now)
    tell(
        MailKind.MAILBOX_CHANGED,
        subject_kind="mailbox_change",
        subject_id=change.pk,
        account=identity.account,
        now=now,
    )
    return identity


@transaction.atomic
def ask_for_password_reset(*, login: str, now: datetime) -> int:
    """Mail a reset link to each active identity of this user name or mailbox; return how many (never shown).

    Who asks gets the same answer whether there was anybody or not.
    """
    folded = login.strip().lower()
    people = Identity.objects.with_account().filter(is_active=True).exclude(mailbox="")
    by_name = people.filter(username=folded)
    by_mailbox = people.alias(folded_mailbox=Lower("mailbox")).filter(folded_mailbox=folded)
    found = {identity.pk: identity for identity in (*by_name, *by_mailbox)}
    for identity in found.values():
        record(
            Happened.PASSWORD_RESET_ASKED,
            actor=ActorRef(ActorKind.SYSTEM, "sign-in"),
            subject=identity.subject_ref,
            account_id=identity.account.pk,
            now=now,
        )
        tell(
            MailKind.PASSWORD_RESET,
            subject_kind="identity",
            subject_id=identity.pk,
            account=identity.account,
            now=now,
        )
    return len(found)


@transaction.atomic
def change_password(*, identity: Identity, password: str, now: datetime) -> None:
    """Set a password that a form has checked, end every one-time link and open proof, and tell the person.

    Who may is decided before: by the old password, a mailed reset link or a one-time link. Sessions that began
    with the former password end by themselves, because they carry its hash.
    """
    identity.set_password(password)
    identity.save(update_fields=["password"])
    identity.sign_in_links.filter(used_at=None).delete()
    if identity.mailbox:  # whoever knew the old password may have asked for another mailbox, to come back by it
        identity.mailbox_changes.filter(confirmed_at=None).delete()
    identity.forwarding_proofs.filter(confirmed_at=None).delete()
    _record(Happened.PASSWORD_CHANGED, identity, now)
    if identity.mailbox or identity.forwards_to:
        tell(
            MailKind.PASSWORD_CHANGED,
            subject_kind="identity",
            subject_id=identity.pk,
            account=identity.account,
            now=now,
        )


@transaction.atomic
def sign_out_everywhere(*, actor: Identity, now: datetime) -> int:
    """End every session of the identity, this one too, and return how many there were."""
    count, __ = actor.sessions.all().delete()
    _record(Happened.SESSIONS_ENDED, actor, now, facts={"sessions": count})
    return count


@transaction.atomic
def note_sign_in(*, identity: Identity, how: str, now: datetime) -> None:
    """Record a sign-in; `how` is `password`, `link`, `invitation` or `reset`."""
    _record(Happened.IDENTITY_SIGNED_IN, identity, now, facts={"how": how})


@transaction.atomic
def note_sign_out(*, identity: Identity, now: datetime) -> None:
    _record(Happened.IDENTITY_SIGNED_OUT, identity, now)


def _record(
    happened: Happened,
    identity: Identity,
    now: datetime,
    changes: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    record(
        happened,
        actor=identity.audit_ref,
        subject=identity.subject_ref,
        account_id=identity.account.pk,
        changes=changes,
        facts=facts,
        now=now,
    )
