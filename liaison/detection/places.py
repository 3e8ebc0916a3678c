"""Which environments are judged, by which rules, and from which moment on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from liaison.detection.gates import Book
from liaison.detection.rulebook import rulebooks
from liaison.integrations.models import Environment, EnvironmentName, Integration, Stage, Status


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
    """Return the places by environment: every sandbox, and production once it is launched. Three queries."""
    integrations = Integration.objects.only("pk", "kind", "stage", "status", "judged_from", "disabled_by_rule")
    environments = Environment.objects.values_list("pk", "integration_id", "name").order_by("pk")
    if integration_ids is not None:
        integrations = integrations.filter(pk__in=integration_ids)
        environments = environments.filter(integration_id__in=integration_ids)
    known = {integration.pk: integration for integration in integrations}
    books: dict[int, Book] = {}
    rules_of = rulebooks(known.values())
    places = {}
    for pk, integration_id, name in environments:
        integration = known.get(integration_id)
        if integration is None:
            continue  # made since
        rules = rules_of[integration_id]
        book = books.get(id(rules))
        if book is None:
            book = books[id(rules)] = Book(rules)
        place = _place(pk, integration, name, book)
        if place is not None:
            places[pk] = place
    return places


def _place(pk: int, integration: Integration, name: str, book: Book) -> Place | None:
    if name == EnvironmentName.SANDBOX:
        return Place(pk, integration.pk, is_production=False, status="", since=None, book=book)
    if integration.stage != Stage.LAUNCHED:
        return None
    return Place(
        environment_id=pk,
        integration_id=integration.pk,
        is_production=True,
        status=integration.status,
        since=integration.judged_from,
        book=book,
        disabled_by_rule=integration.disabled_by_rule,
    )
