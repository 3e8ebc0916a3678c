"""Who would be told: the plan, by the function that tells them (R1, invariant 7)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Schema
from pydantic import Field

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import incidents as shapes
from liaison.api.shapes.common import LocalMoment
from liaison.health.preview import preview_for
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now

operations = Operations("plans")


class Question(Schema):
    """`topic` may be a severity. `integration` is an id or a kind. `at` is local, in `zone`; left out it is now."""

    topic: Annotated[str, Field(max_length=64)]
    integration: Annotated[str, Field(max_length=64)] = ""
    environment: EnvironmentName = EnvironmentName.PRODUCTION
    at: LocalMoment | None = None
    zone: Annotated[str, Field(max_length=64)] = "UTC"


@operations.get("/accounts/{slug}/plan", shapes.Plan, _("Read who would be told, and why"))
def read_plan(request: HttpRequest, slug: str, asked: Annotated[Question, Query()]) -> shapes.Plan:
    actor = actor_of(request)
    found = preview_for(
        actor,
        account_for(actor, slug),
        asked.topic,
        now=utc_now(),
        environment=asked.environment,
        integration=asked.integration,
        at_local=asked.at,
        zone=asked.zone,
    )
    plan = found.plan
    return shapes.Plan(
        account=found.account.slug,
        integration=found.integration.public_id,
        environment=EnvironmentName(found.environment),
        topics=list(found.topics),
        asked=found.asked_local,
        zone=found.zone,
        taken=found.moment.taken_local,
        in_gap=found.moment.shifted,
        in_fold=found.moment.ambiguous,
        at=found.moment.instant_utc,
        told=[shapes.Recipient.of(one, staff=actor.is_staff) for one in plan.told],
        not_told=[shapes.Recipient.of(one, staff=actor.is_staff) for one in plan.not_told],
        nobody_for=list(plan.nobody),
    )
