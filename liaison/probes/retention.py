"""What is erased of health checks when it is old: single results. What they added up to stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from liaison.probes.models import CheckResult

RESULTS_KEPT_FOR: Final = timedelta(days=30)


def erase_old(now: datetime) -> int:
    """Erase the results that are older than 30 days; return how many. For the ticker."""
    return CheckResult.objects.filter(at__lt=now - RESULTS_KEPT_FOR).delete()[0]
