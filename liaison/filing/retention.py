"""Old drafts go: what nobody went on with for 30 days."""

from __future__ import annotations

from datetime import datetime

from liaison.filing.access import expired_before
from liaison.filing.vocabulary import DRAFTS_LIVE


def erase_old_drafts(now: datetime) -> int:
    """Delete the drafts that were not saved for 30 days, and return how many there were."""
    deleted, _rows = expired_before(now - DRAFTS_LIVE).delete()
    return deleted
