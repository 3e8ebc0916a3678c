"""The verb for what mail one wants of the topics that leave a choice (R5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from liaison.accounts.actions.checks import Problems, lock_identity
from liaison.accounts.mail_choices import offered_to, wishes_of
from liaison.accounts.models import Identity, MailChoice
from liaison.accounts.vocabulary import AccountCode, MailWish
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic


@transaction.atomic
def change_mail_choices(*, actor: Identity, wishes: Mapping[Topic, MailWish], now: datetime) -> dict[Topic, MailWish]:
    """Choose what mail to get of these topics; the others stay. Raises Invalid for what is not offered.

    What was planned already is decided again when it is sent.
    """
    identity = lock_identity(actor)
    offered, problems = offered_to(identity), Problems()
    for topic, wish in wishes.items():
        if wish not in offered.get(topic, ()):
            problems.add(str(topic), AccountCode.NOT_OFFERED)
    problems.refuse()
    before = wishes_of(identity)
    changed = {topic: wish for topic, wish in wishes.items() if before[topic] != wish}
    MailChoice.objects.filter(identity=identity, topic__in=[topic.value for topic in changed]).delete()
    MailChoice.objects.bulk_create(
        MailChoice(identity=identity, topic=topic.value, wish=wish.value)
        for topic, wish in changed.items()
        if wish is not MailWish.USUAL
    )
    if changed:
        record(
            Happened.IDENTITY_CHANGED,
            actor=identity.audit_ref,
            subject=identity.subject_ref,
            account_id=identity.account.pk,
            changes={f"mail.{topic}": [before[topic].value, wish.value] for topic, wish in changed.items()},
            facts={"fields": ["mail_choices"]},
            now=now,
        )
    return {**before, **changed}
