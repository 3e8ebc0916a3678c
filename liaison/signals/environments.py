"""Which environment a name means, for those who send for any of them.

A name never means another environment, so this process remembers the keys that it has met, and asks only whether they
are still there: for a thousand of them that costs a tenth of finding them by their names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from liaison.lib.bulk import as_list
from liaison.lib.driver import preparing_cursor
from liaison.signals.gathering import Name

_MOST: Final = 100_000  # some 20 MB; beyond it everything is asked for again

_NAMED: Final = """
SELECT integration.public_id, environment.name, environment.id
FROM integrations_environment AS environment
JOIN integrations_integration AS integration ON integration.id = environment.integration_id
WHERE integration.public_id = ANY (%s::text[])
"""
_THERE: Final = "SELECT count(*) FROM integrations_environment WHERE id = ANY (%s::bigint[])"

_met: dict[Name, int] = {}


def environments_named(names: Iterable[Name]) -> dict[Name, int]:
    """Return the primary keys of the environments that there are, by their names. One query, or two."""
    wanted = set(names)
    found = {name: key for name in wanted if (key := _met.get(name)) is not None}
    if found and not _are_there(found.values()):
        forget()
        found = {}
    if len(found) < len(wanted):
        asked = _ask(wanted - found.keys())
        if len(_met) + len(asked) > _MOST:
            forget()
        _met.update(asked)
        found |= asked
    return found


def forget() -> None:
    """Know no environment any more."""
    _met.clear()


def _are_there(keys: Collection[int]) -> bool:
    with preparing_cursor() as cursor:
        cursor.execute(_THERE, ["{" + ",".join(map(str, keys)) + "}"])
        return bool(cursor.fetchone()[0] == len(keys))


def _ask(names: set[Name]) -> dict[Name, int]:
    with preparing_cursor() as cursor:
        cursor.execute(_NAMED, [as_list({integration for integration, _environment in names})])
        found = {(integration, name): key for integration, name, key in cursor.fetchall()}
    return {name: found[name] for name in names & found.keys()}
