"""What all shapes share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

_LARGEST: Final = 2**31 - 1

Moment = datetime
"""A moment that is shown: ISO 8601 in UTC."""

GivenMoment = AwareDatetime
"""A moment that is sent: ISO 8601 with its zone."""

Version = Annotated[int, Field(ge=0, le=_LARGEST, description="The version that was seen.")]
Text = Annotated[str, Field(max_length=500)]


class Body(Schema):
    """What is sent: a name that nobody knows is an error, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class Person(Schema):
    """Somebody who did something. Null where the identity was deleted since."""

    id: str
    name: str
