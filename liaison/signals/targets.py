"""Which environment a line means, and whether that environment may report one more action."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

from liaison.integrations.models import Environment
from liaison.integrations.senders import Sender
from liaison.lib.driver import preparing_cursor
from liaison.signals.gathering import Name, Target
from liaison.signals.vocabulary import RefusedLine

MOST_ACTIONS: Final = 200

_ENVIRONMENTS: Final = """
SELECT integration.public_id, environment.name, environment.id
FROM integrations_environment AS environment
JOIN integrations_integration AS integration ON integration.id = environment.integration_id
WHERE integration.public_id = ANY (%s)
"""
_KNOWN: Final = "SELECT environment_id, action FROM signals_series WHERE environment_id = ANY (%s)"
# One batch at a time may bring new actions to an environment; it is rare, and the number has an end.
_LOCK: Final = "SELECT id FROM integrations_environment WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


def targets_of(sender: Sender, names: Iterable[Name]) -> dict[Name, Target]:
    """Return what each name leads to, in the caller's transaction: two queries, two more for new actions."""
    listed = list(names)
    targets = _of_key(sender.environment, listed) if sender.environment else _of_staff(listed)
    return _within_budget(targets)


def _of_key(environment: Environment, names: list[Name]) -> dict[Name, Target]:
    own = {"", environment.integration.public_id}, {"", environment.name}
    return {
        name: environment.pk if name[0] in own[0] and name[1] in own[1] else RefusedLine.OTHER_ENVIRONMENT
        for name in names
    }


def _of_staff(names: list[Name]) -> dict[Name, Target]:
    with preparing_cursor() as cursor:
        cursor.execute(_ENVIRONMENTS, [list({name[0] for name in names})])
        known = {(integration, environment): pk for integration, environment, pk in cursor.fetchall()}
    return {name: known.get(name[:2], RefusedLine.UNKNOWN_INTEGRATION) for name in names}


def _within_budget(targets: dict[Name, Target]) -> dict[Name, Target]:
    wanted = {(target, name[2]) for name, target in targets.items() if isinstance(target, int)}
    new = wanted - _known({environment_id for environment_id, _action in wanted})
    if not new:
        return targets
    environment_ids = {environment_id for environment_id, _action in new}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(environment_ids)])
    refused = _beyond(wanted, _known(environment_ids), environment_ids)
    return {
        name: RefusedLine.TOO_MANY_ACTIONS if (target, name[2]) in refused else target
        for name, target in targets.items()
    }


def _beyond(
    wanted: set[tuple[int, str]], known: set[tuple[int, str]], environment_ids: set[int]
) -> set[tuple[Target, str]]:
    """Return the new actions for which there is no room, the last ones by name."""
    refused: set[tuple[Target, str]] = set()
    for environment_id in environment_ids:
        here = {action for each, action in known if each == environment_id}
        new = sorted(action for each, action in wanted if each == environment_id and action not in here)
        refused.update((environment_id, action) for action in new[max(0, MOST_ACTIONS - len(here)) :])
    return refused


def _known(environment_ids: set[int]) -> set[tuple[int, str]]:
    with preparing_cursor() as cursor:
        cursor.execute(_KNOWN, [list(environment_ids)])
        return set(cursor.fetchall())
