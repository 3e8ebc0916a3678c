"""The operations, one module per resource. They fetch, call one verb, and show what came of it."""

from __future__ import annotations

from typing import Final

from liaison.api.operations import Operations
from liaison.api.routes import (
    accounts,
    brands,
    calendars,
    catalog,
    contact_history,
    contacts,
    deliveries,
    digest,
    drafts,
    drills,
    endpoints,
    escalations,
    expectations,
    incidents,
    intake_keys,
    integrations,
    invitations,
    me,
    monitoring,
    notices,
    pauses,
    plans,
    reachability,
    signals,
    users,
)

OPERATIONS: Final[tuple[Operations, ...]] = (
    me.operations,
    accounts.operations,
    users.operations,
    invitations.operations,
    contacts.operations,
    drafts.operations,
    contact_history.operations,
    reachability.operations,
    endpoints.operations,
    integrations.operations,
    pauses.operations,
    intake_keys.operations,
    brands.operations,
    incidents.operations,
    monitoring.operations,
    digest.operations,
    escalations.operations,
    expectations.operations,
    drills.operations,
    calendars.operations,
    deliveries.operations,
    notices.operations,
    plans.operations,
    catalog.operations,
    signals.operations,
)
