"""Who of the operator is on call now, as the planner knows people."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts import queries as accounts
from liaison.accounts.models import Identity
from liaison.calendars.loading import load_rotas
from liaison.calendars.oncall import on_call
from liaison.notifications.facts import Person


def people_on_call(now: datetime) -> tuple[Person, ...]:
    """Return who is on call at `now` in any rota: the first layers of all rotas, then the second ones, and so on.

    Each person once. At most two queries, one where nobody is on call.
    """
    found = [(place, one.person) for rota in load_rotas(now, now) for place, one in enumerate(on_call(rota.facts, now))]
    ids = list(dict.fromkeys(person for _, person in sorted(found, key=lambda pair: pair[0])))
    if not ids:
        return ()
    identities = {one.pk: one for one in Identity.objects.with_account().filter(pk__in=ids, is_active=True)}
    return tuple(accounts.person(identities[key]) for key in ids if key in identities)
