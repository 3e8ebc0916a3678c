"""Sources of signals: a Prometheus of the operator that is asked each minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.lib.http import CallError, target_of
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.lib.sealing import seal
from liaison.signals.access import require_managing_sources
from liaison.signals.models import PrometheusSource
from liaison.signals.vocabulary import SourceCode

SEALED_FOR: Final = "signal source"
MOST_SOURCES: Final = 20
_LONGEST: Final = {"name": 100, "url": 500, "query": 4000, "latency_query": 4000, "token": 4000}


@dataclass(frozen=True)
class SourceForm:
    """What is said about a source. `url` is the address of the Prometheus, without the path of its API."""

    name: str
    url: str
    query: str
    latency_query: str = ""
    token: str = ""


def add_source(*, actor: Actor, form: SourceForm, now: datetime) -> PrometheusSource:
    """Add a source that is asked from now on. Raises Forbidden, Conflict for too many, and Invalid."""
    require_managing_sources(actor)
    checked = usable(form)
    with transaction.atomic():
        if PrometheusSource.objects.count() >= MOST_SOURCES:
            raise Conflict(SourceCode.TOO_MANY, most=MOST_SOURCES)
        source = source_of(checked, now)
        source.save()
        _note(actor, Happened.SIGNAL_SOURCE_ADDED, source, now)
    return source


def switch_source(*, actor: Actor, source: PrometheusSource, is_on: bool, now: datetime) -> PrometheusSource:
    """Ask the source from now on, or no more. Minutes that went by meanwhile are not asked for afterwards."""
    require_managing_sources(actor)
    with transaction.atomic():
        locked = PrometheusSource.objects.select_for_update().get(pk=source.pk)
        if locked.is_on == is_on:
            return locked
        locked.is_on, locked.asked_until, locked.last_problem = is_on, None, ""
        locked.save(update_fields=["is_on", "asked_until", "last_problem"])
        _note(actor, Happened.SIGNAL_SOURCE_CHANGED, locked, now, changes={"is_on": [not is_on, is_on]})
    return locked


def remove_source(*, actor: Actor, source: PrometheusSource, now: datetime) -> None:
    """Remove a source; what it told stays."""
    require_managing_sources(actor)
    with transaction.atomic():
        _note(actor, Happened.SIGNAL_SOURCE_REMOVED, source, now)
        source.delete()


def source_of(form: SourceForm, now: datetime) -> PrometheusSource:
    """Return the source that a usable form describes; it is not saved."""
    return PrometheusSource(
        name=form.name,
        url=form.url,
        query=form.query,
        latency_query=form.latency_query,
        token=seal(form.token, key=settings.SECRET_KEY, purpose=SEALED_FOR) if form.token else "",
        created_at=now,
    )


def usable(form: SourceForm) -> SourceForm:
    """Return the form as it is kept. Raises Invalid with everything that is wrong in it."""
    given = {name: getattr(form, name).strip() for name in _LONGEST}
    problems = [
        FieldProblem(name, SourceCode.TOO_LONG, {"most": most})
        for name, most in _LONGEST.items()
        if len(given[name]) > most
    ]
    problems += [FieldProblem(name, SourceCode.NEEDED) for name in ("name", "url", "query") if not given[name]]
    given["url"] = given["url"].rstrip("/")
    if given["url"]:
        try:
            target_of(given["url"])
        except CallError:
            problems.append(FieldProblem("url", SourceCode.URL_UNUSABLE))
    if not given["token"].isascii():
        problems.append(FieldProblem("token", SourceCode.TOKEN_UNUSABLE))
    if problems:
        raise Invalid(tuple(problems))
    return SourceForm(**given)


def _note(
    actor: Actor,
    happened: Happened,
    source: PrometheusSource,
    now: datetime,
    changes: dict[str, list[bool]] | None = None,
) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef("signal_source", str(source.pk)),
        account_id=None,
        changes=changes or {},
        facts={"name": source.name},
        now=now,
    )
