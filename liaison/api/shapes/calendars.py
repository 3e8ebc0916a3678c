"""Who is on call, the shifts of a rota, who takes over, and holidays."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query, Schema
from pydantic import Field

from liaison.api.shapes.common import Body, GivenMoment, Moment, Person, Text
from liaison.calendars import models
from liaison.calendars.shown import ShownLayer, ShownOnCall


class OnCallNow(Schema):
    """Somebody on call in a layer. `until` is null where it does not change within two weeks."""

    name: str
    because: str
    until: Moment | None

    @classmethod
    def of(cls, shown: ShownOnCall) -> OnCallNow:
        return cls(name=shown.name, because=str(shown.because), until=shown.until)


class Layer(Schema):
    """A layer of a rota; `on_call` is null while nobody is. `next` comes at `next_at`, within two weeks."""

    id: str
    number: int
    on_call: OnCallNow | None
    next: OnCallNow | None
    next_at: Moment | None

    @classmethod
    def of(cls, shown: ShownLayer) -> Layer:
        return cls(
            id=shown.key,
            number=shown.number,
            on_call=OnCallNow.of(shown.now) if shown.now else None,
            next=OnCallNow.of(shown.following) if shown.following else None,
            next_at=shown.following_at,
        )


class Rota(Schema):
    id: str
    name: str
    time_zone: str
    layers: list[Layer]


class OnCallPerson(Schema):
    """Somebody who would be called now, in the order in which they are listed in a step."""

    id: str
    name: str


class Gap(Schema):
    """A time in which nobody of the rota is on call."""

    starts_at: Moment
    ends_at: Moment


class Shift(Schema):
    """Who is on call in one layer for a time in which that does not change; `person` is null for nobody.

    `because` is turn, stands_in, cover, taken or swap, and empty for nobody.
    """

    layer: str
    person: Person | None
    because: str
    starts_at: Moment
    ends_at: Moment


class Shifts(Schema):
    shifts: list[Shift]
    gaps: list[Gap]


class StretchAsked(Schema):
    """Which time is asked for: at most 100 days, from now for two weeks unless said otherwise."""

    since: Annotated[GivenMoment | None, Field(description="The beginning.")] = None
    until: Annotated[GivenMoment | None, Field(description="The end.")] = None


AskedStretch = Annotated[StretchAsked, Query()]


class Override(Schema):
    """Somebody takes over a layer. `kind` is cover (agreed), taken (on the spot) or swap."""

    id: str
    layer: str
    person: Person
    kind: str
    starts_at: Moment
    ends_at: Moment

    @classmethod
    def of(cls, override: models.Override) -> Override:
        person = override.identity
        return cls(
            id=override.public_id,
            layer=override.layer.public_id,
            person=Person(id=person.public_id, name=person.name),
            kind=override.kind,
            starts_at=override.starts_at,
            ends_at=override.ends_at,
        )


class NewOverride(Body):
    """`person` is the id of a user of the operator who can be on call."""

    person: Text
    starts_at: GivenMoment
    ends_at: GivenMoment


class Holiday(Schema):
    """What a day is: closed, working or half_day. `name` is empty where no list knows the day."""

    day: date
    name: str
    kind: str
    ends_at_minute: int | None
    note: str
