"""Reading what an identity may together with its row, so that no second query is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from liaison.accounts.models import RoleAssignment, privileges_of
from liaison.accounts.rights import Privilege


def roles_of_outer(identity: str) -> ArraySubquery:
    """Return a subquery with the roles of the outer row's identity, for `annotate(roles=…)`.

    `identity` is the outer field that leads to it. Roles held for an org unit are left out (W3).
    """
    roles = (
        RoleAssignment.objects.filter(identity=OuterRef(identity), org_unit=None)
        .order_by("pk")
        .values(row=JSONObject(predefined=F("predefined"), custom=F("custom__privileges")))
    )
    return ArraySubquery(roles)


def privileges_in(roles: Iterable[Mapping[str, Any]]) -> frozenset[Privilege]:
    """Return what the annotated roles allow together."""
    return privileges_of((role["predefined"], role["custom"]) for role in roles)
