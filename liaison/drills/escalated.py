"""A drill as something that is escalated: every answer is kept, and the first stops the calling as in reality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from liaison.audit.actions import ActorRef
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.drills.answers import keep_answer
from liaison.drills.models import Drill
from liaison.drills.words import answer_path
from liaison.notifications.escalation.acknowledging import Bearer
from liaison.notifications.escalation.subjects import Described, EscalatedSubject


class EscalatedDrill(EscalatedSubject):
    """Nothing is wrong. Whoever was told may answer, also when somebody has answered before."""

    is_drill: ClassVar[bool] = True

    def lock(self, subject_id: str) -> None:
        Drill.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def answered(self, subject_id: str, *, bearer: Bearer, now: datetime) -> bool:
        drill = Drill.objects.select_related("account").get(pk=int(subject_id))
        keep_answer(drill, bearer, now=now)
        return not drill.everybody

    def answer_path(self, token: str) -> str:
        return answer_path(token)

    def acknowledged(self, subject_id: str, *, actor: ActorRef, now: datetime) -> None:
        """Change nothing: a drill goes on until its time is over, for the others may answer as well."""

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        rows = Drill.objects.filter(pk__in=map(int, subject_ids)).select_related("account")
        return {
            str(drill.pk): Described(
                title=_("DRILL: %(field)s") % {"field": field_label(ContactField(drill.field))},
                account_name=drill.account.name,
                since=drill.started_at,
                path=f"/drills/{drill.public_id}/",
            )
            for drill in rows
            if drill.started_at is not None  # what never started called nobody
        }
