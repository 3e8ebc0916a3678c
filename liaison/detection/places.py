"""Which environments are judged, by which rules, and from which moment on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from liaison.detection.gates import Book
from liaison.detection.models import RuleOverride
from liaison.detection.rulebook import rulebooks
from liaison.feeds.models import Feed
from liaison.integrations.models import Environment, EnvironmentName, Integration, Stage, Status
from liaison.probes.models import HealthCheck, Heartbeat
from liaison.signals.models import Series


@dataclass(frozen=True, slots=True)
class Place:
    """One environment that is judged. `since` is the moment from which what happens there counts.

    The sandbox is judged at every stage, and neither pauses nor launches concern it.
    """

    environment_id: int
    integration_id: int
    is_production: bool
    status: str
    since: datetime | None
    book: Book
    disabled_by_rule: str = ""

    @property
    def is_paused(self) -> bool:
        return self.is_production and self.status == Status.PAUSED

    @property
    def expects_calls(self) -> bool:
        """Say whether silence tells anything: a sandbox is called when somebody tries something out."""
        return self.is_production and self.status == Status.LIVE


def read_places(integration_ids: Collection[int] | None = None) -> dict[int, Place]:
    """Return the places by environment: production once it is launched, and every sandbox of which anything is known.

    A fixed number of queries.
    """
    rows = _environments(integration_ids)
    books = _Books(row[3] for row in rows)
    places = {}
    for pk, name, integration_id, kind, status, judged_from, disabled_by_rule in rows:
        book = books.of(integration_id, kind)
        if name == EnvironmentName.SANDBOX:
            places[pk] = Place(pk, integration_id, is_production=False, status="", since=None, book=book)
        else:
            places[pk] = Place(pk, integration_id, True, status, judged_from, book, disabled_by_rule)
    return places


def _environments(integration_ids: Collection[int] | None) -> list[tuple[Any, ...]]:
    of_environment = {"environment": OuterRef("pk")}
    is_known = (
        Exists(Series.objects.filter(**of_environment))
        | Exists(Feed.objects.filter(**of_environment))
        | Exists(HealthCheck.objects.filter(**of_environment))
        | Exists(Heartbeat.objects.filter(**of_environment))
    )
    is_launched = Q(name=EnvironmentName.PRODUCTION, integration__stage=Stage.LAUNCHED)
    found = Environment.objects.filter(is_launched | (Q(name=EnvironmentName.SANDBOX) & is_known))
    if integration_ids is not None:
        found = found.filter(integration_id__in=integration_ids)
    columns = ("kind", "status", "judged_from", "disabled_by_rule")
    named = (f"integration__{column}" for column in columns)
    return list(found.values_list("pk", "name", "integration_id", *named))


class _Books:
    """The rulebooks: one for each kind, and one for each integration with changes of its own."""

    def __init__(self, kinds: Iterable[str]) -> None:
        changed = RuleOverride.objects.filter(integration__isnull=False).values("integration_id")
        special = Integration.objects.filter(pk__in=changed).only("pk", "kind")
        # A kind without an integration stands for all that have no changes of their own.
        usual = {kind: Integration(pk=-number, kind=kind) for number, kind in enumerate(sorted(set(kinds)), start=1)}
        rules_of = rulebooks([*special, *usual.values()])
        self._special = {one.pk: Book(rules_of[one.pk]) for one in special}
        self._usual = {kind: Book(rules_of[one.pk]) for kind, one in usual.items()}

    def of(self, integration_id: int, kind: str) -> Book:
        return self._special.get(integration_id) or self._usual[kind]
