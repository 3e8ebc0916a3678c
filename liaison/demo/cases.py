"""Filing the casebook by the verbs that everybody else uses, each at its own moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from liaison.accounts import actions as accounts
from liaison.cases import actions
from liaison.cases.requests import NewCase, Sending
from liaison.catalog.vocabulary import SupportTier
from liaison.demo.casebook import CASEBOOK
from liaison.demo.cast import LANTERNA

if TYPE_CHECKING:
    from datetime import datetime

    from liaison.cases.models import Case
    from liaison.demo.casebook import Said, Told
    from liaison.demo.seed import Stage


def file_casebook(stage: Stage, now: datetime) -> tuple[Case, ...]:
    """File every case of the casebook, and let everybody say in it what they said; return them in its order."""
    accounts.set_support_tier(
        actor=stage.people["administrator"],
        account=stage.accounts[LANTERNA.slug],
        tier=SupportTier.PREMIUM,
        now=now,
    )
    return tuple(_filed(stage, told, now) for told in CASEBOOK)


def new_case(stage: Stage, told: Told) -> NewCase:
    """Return what the filer would send."""
    filer = stage.people[told.filer]
    integrations = {one.kind: one for one in stage.integrations[told.account]}
    return NewCase(
        account=stage.accounts[told.account],
        product=told.product,
        integration=integrations.get(told.product),
        title=told.title,
        description=told.description,
        category=told.category,
        answers=told.answers,
        severity=told.severity,
        language=filer.effective_language,
        time_zone=filer.effective_time_zone,
        criterion=told.criterion,
    )


def _filed(stage: Stage, told: Told, now: datetime) -> Case:
    moment = now - timedelta(hours=told.hours)
    case = actions.file_case(actor=stage.people[told.filer], new=new_case(stage, told), now=moment)
    for said in told.said:
        _say(stage, case, said, now - timedelta(hours=said.hours))
    case.refresh_from_db()
    return case


def _say(stage: Stage, case: Case, said: Said, now: datetime) -> None:
    actor = stage.people[said.by]
    if said.is_note:
        actions.add_note(actor=actor, case=case, text=said.text, now=now)
        return
    sending = Sending(text=said.text, set_state=said.state, close=said.close)
    actions.send_update(actor=actor, case=case, sending=sending, now=now)
