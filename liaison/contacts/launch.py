"""Why an integration cannot be launched yet: C1, registered with `integrations.launching`."""

from __future__ import annotations

from liaison.accounts.models import Account
from liaison.contacts.refusing import incomplete
from liaison.contacts.state import state_of
from liaison.lib.refusals import Refusal


def object_to_launch(account: Account) -> Refusal | None:
    """Refuse while the record was never completed, and while it lacks something again."""
    state = state_of(account.pk)
    if state.missing or state.first_completed_at is None:
        return incomplete(state.missing)
    return None
