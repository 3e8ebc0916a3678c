"""Integrations, intake keys and brands."""

from __future__ import annotations

from typing import Literal

from ninja import Schema

from liaison.api.shapes.common import Body, GivenMoment, Moment, Text
from liaison.integrations import models
from liaison.integrations.models import EnvironmentName, Stage, Status


class Integration(Schema):
    """`status` is that of the production environment, and null until the launch."""

    id: str
    account: str
    kind: str
    stage: Stage
    status: Status | None
    status_changed_at: Moment | None
    paused_until: Moment | None
    created_at: Moment
    launched_at: Moment | None

    @classmethod
    def of(cls, integration: models.Integration) -> Integration:
        """Show an integration that was read with its account."""
        return cls(
            id=integration.public_id,
            account=integration.account.slug,
            kind=integration.kind,
            stage=Stage(integration.stage),
            status=Status(integration.status) if integration.status else None,
            status_changed_at=integration.status_changed_at,
            paused_until=integration.paused_until,
            created_at=integration.created_at,
            launched_at=integration.launched_at,
        )


class NewIntegration(Body):
    kind: Text
    stage: Literal[Stage.INTERESTED, Stage.INTEGRATING] = Stage.INTEGRATING


class StageChoice(Body):
    """The next stage. *launched* launches the integration."""

    stage: Stage


class PlannedPause(Body):
    """`until` is when the maintenance is planned to end, or null."""

    until: GivenMoment | None = None


class Disablement(Body):
    """Why, in the operator's own words."""

    reason: Text = ""


class IntakeKey(Schema):
    id: str
    integration: str
    environment: EnvironmentName
    name: str
    created_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None

    @classmethod
    def of(cls, key: models.IntakeKey) -> IntakeKey:
        """Show a key that was read with its environment and integration."""
        return cls(
            id=key.public_id,
            integration=key.environment.integration.public_id,
            environment=EnvironmentName(key.environment.name),
            name=key.name,
            created_at=key.created_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )


class NewIntakeKey(Body):
    name: Text


class MadeIntakeKey(Schema):
    """`secret` is the key itself. It is not shown again."""

    key: IntakeKey
    secret: str


class Brand(Schema):
    """`slug` stands in the address of the brand's public page."""

    id: str
    account: str
    slug: str
    name: str
    is_default: bool
    created_at: Moment

    @classmethod
    def of(cls, brand: models.Brand) -> Brand:
        """Show a brand that was read with its account."""
        return cls(
            id=brand.public_id,
            account=brand.account.slug,
            slug=brand.slug,
            name=brand.name,
            is_default=brand.is_default,
            created_at=brand.created_at,
        )


class NewBrand(Body):
    name: Text
    slug: Text


class BrandName(Body):
    name: Text
