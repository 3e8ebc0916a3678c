"""All environments that somebody sees, with how each stands: as many queries for ten thousand as for ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Case, Count, FloatField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from liaison.accounts.actors import Actor
from liaison.catalog.loader import integration_kinds
from liaison.detection.models import Standing
from liaison.health.models import Incident
from liaison.integrations.models import Environment, EnvironmentName, Stage, Status
from liaison.lib.text import nfc
from liaison.monitoring.access import visible_environments

PER_PAGE: Final = 50
LONGEST_SEARCH: Final = 100
# Rules are judged every minute; what was judged longer ago than this says little about now.
LATE: Final = timedelta(minutes=5)
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Level(StrEnum):
    """How something stands, the worst first. *no_data*: nothing was called in the last hour, nor is anything wrong."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    GOOD = "good"
    NO_DATA = "no_data"


class Order(StrEnum):
    """By what the list is sorted."""

    WORST = "worst"
    NAME = "name"
    ERROR_RATE = "error_rate"
    LAST_CALL = "last_call"


_NUMBERS: Final = {Level.CRITICAL: 3, Level.ERROR: 2, Level.WARNING: 1}
_LEVEL_OF: Final = {number: level for level, number in _NUMBERS.items()}
_LEVELS: Final[Mapping[str, Q]] = MappingProxyType(
    {
        **{level.value: Q(standing__level=number) for level, number in _NUMBERS.items()},
        Level.GOOD.value: Q(standing__level=0) & ~Q(standing__calls=0),
        Level.NO_DATA.value: Q(standing__isnull=True) | Q(standing__level=0, standing__calls=0),
    }
)
# The columns of each order, as `order_by` names them. The last one tells any two rows apart.
_COLUMNS: Final[Mapping[Order, tuple[str, ...]]] = MappingProxyType(
    {
        Order.WORST: ("-level", "-since", "pk"),
        Order.NAME: ("integration__account__name", "pk"),
        Order.ERROR_RATE: ("-error_rate", "pk"),
        Order.LAST_CALL: ("last_call", "pk"),
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; empty means all. `search` is a part of the account's name or short name."""

    search: str = ""
    kind: str = ""
    status: str = ""
    level: str = ""
    environment: str = EnvironmentName.PRODUCTION.value
    account: str = ""
    order: Order = Order.WORST
    with_problems: bool = False

    @property
    def is_usual(self) -> bool:
        """Say whether nothing but the order was chosen."""
        return replace(self, order=Order.WORST) == Wanted()

    def query(self, **other: str) -> str:
        """Return it as the query of an address, with other values for some."""
        named = {"q": self.search, "order": "" if self.order is Order.WORST else self.order.value}
        kept = {"kind": self.kind, "status": self.status, "level": self.level, "environment": self.environment}
        if self.environment == EnvironmentName.PRODUCTION:
            kept["environment"] = ""
        values = named | kept | other
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One environment. `level` is that of its problems; the counts are those of the last hour."""

    environment: Environment
    level: Level
    standing: Standing | None
    error_rate: float | None
    open_incidents: int

    @property
    def place(self) -> str:
        """The cursor of what comes after this row."""
        return f"{self.environment.integration.public_id}.{self.environment.name}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list. `following` is the cursor of the next one, empty on the last."""

    rows: tuple[Row, ...]
    following: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are of everything in one environment, whatever else is asked for."""

    all: int
    by_level: Mapping[Level, int]
    paused: int
    disabled: int
    judged_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Say whether the rules were not judged lately, so that nobody trusts old news."""
        return self.judged_at is not None and now - self.judged_at > LATE


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Read what is asked for. What cannot be meant is left out, as on every list of the portal."""
    environment = asked.get("environment", EnvironmentName.PRODUCTION.value)
    return Wanted(
        search=nfc(asked.get("q", "")).replace("\x00", "").strip()[:LONGEST_SEARCH],
        kind=_one_of(asked.get("kind"), list(integration_kinds())),
        status=_one_of(asked.get("status"), [*Status, Stage.INTEGRATING, Stage.INTERESTED]),
        level=_one_of(asked.get("level"), list(Level)),
        environment=_one_of(environment, [*EnvironmentName, "all"]) or EnvironmentName.PRODUCTION.value,
        order=Order(_one_of(asked.get("order"), list(Order)) or Order.WORST),
    )


def page_of(actor: Actor, wanted: Wanted, *, after: str = "", most: int = PER_PAGE) -> Page | None:
    """Return the page that follows the row `after`; None where the actor sees no such row. At most four queries."""
    visible = _with_order(visible_environments(actor))
    found = _matching(visible, wanted)
    columns = _COLUMNS[wanted.order]
    last = _place(visible, after, columns) if after else ()
    if last is None:
        return None
    read = _worst if wanted.order is Order.WORST else _sorted
    environments = read(found, columns, last, most + 1)
    rows = rows_of(environments[:most])
    return Page(rows, rows[-1].place if len(environments) > most else "", is_first=not after)


def rows_of(environments: Sequence[Environment]) -> tuple[Row, ...]:
    """Return how environments stand, in their order. They were read with `visible_environments`. One query."""
    open_ones = _open_incidents([one.pk for one in environments])
    return tuple(_row(one, open_ones.get(one.pk, 0)) for one in environments)


def totals_of(actor: Actor, environment: str) -> Totals:
    """Count everything that the actor sees in an environment (*all*: in both). One query."""
    found = _matching(visible_environments(actor), Wanted(environment=environment)).order_by()
    status = "integration__status"
    counted = found.select_related(None).aggregate(
        all=Count("pk"),
        paused=Count("pk", filter=Q(**{status: Status.PAUSED})),
        disabled=Count("pk", filter=Q(**{status: Status.DISABLED})),
        judged_at=Max("standing__judged_at"),
        **{f"level_{level}": Count("pk", filter=condition) for level, condition in _LEVELS.items()},
    )
    by_level = {level: counted[f"level_{level.value}"] for level in Level}
    return Totals(counted["all"], by_level, counted["paused"], counted["disabled"], counted["judged_at"])


def level_of(standing: Standing | None) -> Level:
    """Return what a standing means: the worst that goes on, else whether anything is known of the last hour."""
    if standing is not None and standing.level:
        return _LEVEL_OF[min(standing.level, max(_LEVEL_OF))]
    return Level.NO_DATA if standing is None or not standing.calls else Level.GOOD


def _matching(found: QuerySet[Environment], wanted: Wanted) -> QuerySet[Environment]:
    account = "integration__account"
    conditions = Q()
    if wanted.environment in set(EnvironmentName):
        conditions &= Q(name=wanted.environment)
    if wanted.search:
        conditions &= Q(**{f"{account}__name__icontains": wanted.search}) | Q(
            **{f"{account}__slug__icontains": wanted.search}
        )
    if wanted.account:
        conditions &= Q(**{f"{account}__slug": wanted.account})
    if wanted.kind:
        conditions &= Q(integration__kind=wanted.kind)
    if wanted.status:
        column = "status" if wanted.status in set(Status) else "stage"
        conditions &= Q(**{f"integration__{column}": wanted.status})
    if wanted.with_problems:
        conditions &= Q(standing__level__gt=0)
    if wanted.level:
        conditions &= _LEVELS[wanted.level]
    return found.filter(conditions)


def _with_order(found: QuerySet[Environment]) -> QuerySet[Environment]:
    """Name what lists are sorted by; what is not known comes where nothing is wrong."""
    # In double precision, as Python reads it back: else a page would begin with the row that it comes after.
    share = Cast("standing__errors", FloatField()) / Cast("standing__calls", FloatField())
    return found.annotate(
        level=Coalesce("standing__level", 0),
        since=Coalesce("standing__since", Value(_NEVER)),
        last_call=Coalesce("standing__last_call", Value(_NEVER)),
        error_rate=Case(When(standing__calls__gt=0, then=share), default=Value(-1.0), output_field=FloatField()),
    )


def _sorted(found: QuerySet[Environment], columns: Sequence[str], last: Sequence[Any], most: int) -> list[Environment]:
    following = found.filter(_following(columns, last)) if last else found
    return list(following.order_by(*columns)[:most])


def _worst(found: QuerySet[Environment], columns: Sequence[str], last: Sequence[Any], most: int) -> list[Environment]:
    """Return the same, those that were judged first: they alone stand in an index, in this very order."""
    indexed = ("-standing__level", "-standing__since", "pk")
    environments = []
    if not last or last[1] > _NEVER:
        environments = _sorted(found.filter(standing__isnull=False), indexed, last, most)
    if len(environments) < most:
        place = last if last and last[1] == _NEVER else ()
        environments += _sorted(found.filter(standing__isnull=True), columns, place, most - len(environments))
    return environments


def _place(visible: QuerySet[Environment], after: str, columns: Sequence[str]) -> tuple[Any, ...] | None:
    public_id, _, name = after.replace("\x00", "").rpartition(".")
    names = [column.removeprefix("-") for column in columns]
    return visible.filter(integration__public_id=public_id, name=name).values_list(*names).first()


def _following(columns: Sequence[str], last: Sequence[Any]) -> Q:
    """Return the condition for what comes after a row: equal in the first columns, past it in the one that follows."""
    found, equal = Q(), Q()
    for column, value in zip(columns, last, strict=True):
        name = column.removeprefix("-")
        comparison = "lt" if column.startswith("-") else "gt"
        found |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return found


def _open_incidents(environment_ids: list[int]) -> Mapping[int, int]:
    open_ones = Incident.objects.filter(environment__in=environment_ids, resolved_at=None).order_by()
    return dict(open_ones.values_list("environment").annotate(Count("pk")))


def _row(environment: Environment, open_incidents: int) -> Row:
    standing = getattr(environment, "standing", None)
    error_rate = standing.errors / standing.calls if standing is not None and standing.calls else None
    return Row(environment, level_of(standing), standing, error_rate, open_incidents)


def _one_of(value: str | None, known: Sequence[str]) -> str:
    return next((one for one in known if one == value), "")
