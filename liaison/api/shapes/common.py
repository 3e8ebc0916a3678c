"""What all shapes share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, NaiveDatetime
from pydantic_core import PydanticCustomError

_LARGEST: Final = 2**31 - 1

Moment = datetime
"""A moment that is shown: ISO 8601 in UTC."""


def _in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC: a displacement of a day is ISO 8601, and PostgreSQL takes none over 16 hours."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise PydanticCustomError("datetime_out_of_range", "outside of the calendar") from error


GivenMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment that is sent: ISO 8601 with its zone. Inside it is in UTC."""

LocalMoment = Annotated[NaiveDatetime, Field(ge=datetime(1970, 1, 2), le=datetime(9998, 12, 31))]  # noqa: DTZ001  # it is local
"""A local date and time without a zone; the zone is asked for beside it."""

Version = Annotated[int, Field(ge=0, le=_LARGEST, description="The version that was seen.")]
Text = Annotated[str, Field(max_length=500)]


class Body(Schema):
    """What is sent: a name that nobody knows is an error, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class Person(Schema):
    """Somebody who did something. Null where the identity was deleted since."""

    id: str
    name: str
