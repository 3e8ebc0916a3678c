"""Deploy marks."""

from __future__ import annotations

from ninja import Schema

from liaison.api.shapes.common import Moment
from liaison.health import models
from liaison.integrations.models import EnvironmentName


class MarkBody(Schema):
    """What was changed. `at` is when, now where it is left out; `link` a page about it.

    With an intake key the mark is of its environment. With a token it is of `integration` and `environment`, else of
    your whole account.
    """

    title: str
    at: Moment | None = None
    link: str = ""
    integration: str = ""
    environment: EnvironmentName = EnvironmentName.PRODUCTION


class Mark(Schema):
    """One change on purpose. `integration` and `environment` are null where it concerns the whole account."""

    id: str
    account: str
    integration: str | None
    environment: EnvironmentName | None
    at: Moment
    title: str
    link: str

    @classmethod
    def of(cls, mark: models.Mark) -> Mark:
        """Show a mark that was read with its place."""
        place = mark.environment
        return cls(
            id=mark.public_id,
            account=mark.account.slug,
            integration=place.integration.public_id if place else None,
            environment=EnvironmentName(place.name) if place else None,
            at=mark.at,
            title=mark.title,
            link=mark.link,
        )
