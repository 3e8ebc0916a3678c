"""Drawing up rotas: their name and their zone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.vocabulary import Happened
from liaison.calendars.access import require_manage
from liaison.calendars.actions.telling import lock_rota, note
from liaison.calendars.codes import RotaCode
from liaison.calendars.models import LONGEST_ROTA_NAME, Rota
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import is_zone


def create_rota(*, actor: Actor, name: str, time_zone: str, now: datetime) -> Rota:
    """Create a rota without layers: nobody is on call yet. Raises Invalid with every problem at once."""
    with transaction.atomic():
        require_manage(actor)
        cleaned = _checked(name, time_zone)
        rota = Rota.objects.create(name=cleaned, time_zone=time_zone, created_at=now)
        facts = {"name": cleaned, "time_zone": time_zone}
        note(Happened.ROTA_CREATED, "rota", rota.pk, actor=actor, facts=facts, now=now)
    return rota


def change_rota(*, actor: Actor, rota: Rota, name: str, time_zone: str, now: datetime) -> Rota:
    """Rename it, or let its hand-overs happen in another zone. Agreed overrides and swaps stay at their moments."""
    with transaction.atomic():
        require_manage(actor)
        current = lock_rota(rota.pk)
        cleaned = _checked(name, time_zone, current)
        before = {"name": current.name, "time_zone": current.time_zone}
        after = {"name": cleaned, "time_zone": time_zone}
        changes = {field: [before[field], after[field]] for field in after if before[field] != after[field]}
        if changes:
            current.name, current.time_zone = cleaned, time_zone
            current.save(update_fields=["name", "time_zone"])
            note(Happened.ROTA_CHANGED, "rota", current.pk, actor=actor, changes=changes, now=now)
    return current


def delete_rota(*, actor: Actor, rota: Rota, now: datetime) -> None:
    """Delete it with its layers, overrides and swaps: nobody is called by it any more."""
    with transaction.atomic():
        require_manage(actor)
        current = lock_rota(rota.pk)
        note(Happened.ROTA_DELETED, "rota", current.pk, actor=actor, facts={"name": current.name}, now=now)
        current.delete()


def _checked(name: str, time_zone: str, current: Rota | None = None) -> str:
    problems = []
    try:
        cleaned = clean_line(name, LONGEST_ROTA_NAME)
    except LineError:
        cleaned = ""
    others = Rota.objects.exclude(pk=current.pk) if current else Rota.objects.all()
    if not cleaned:
        problems.append(FieldProblem("name", RotaCode.NAME_UNUSABLE, {"most": LONGEST_ROTA_NAME}))
    elif others.filter(name=cleaned).exists():
        problems.append(FieldProblem("name", RotaCode.NAME_TAKEN))
    if not is_zone(time_zone):
        problems.append(FieldProblem("time_zone", RotaCode.UNKNOWN_ZONE))
    if problems:
        raise Invalid(tuple(problems))
    return cleaned
