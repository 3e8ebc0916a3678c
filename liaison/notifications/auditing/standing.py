"""How the deliveries stand, as the last audit says, and whether there still are audits. For pages and `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from liaison.lib.prepared import Prepared
from liaison.notifications.auditing.auditor import findings_of
from liaison.notifications.auditing.judging import Finding
from liaison.notifications.auditing.vocabulary import SERIOUS
from liaison.notifications.models import DeliveryAudit

SILENT_AFTER: Final = timedelta(seconds=45)


class Health(StrEnum):
    GOOD = "good"
    TO_LOOK_AT = "to_look_at"  # the engine works, and something did not arrive or has to wait
    FAILED = "failed"  # the engine does not do its work
    SILENT = "silent"  # nobody audits: the worker is gone


@dataclass(frozen=True)
class Standing:
    """`at` is the last audit, None when there never was one; `findings` have a count of at least 1, serious first."""

    health: Health
    at: datetime | None
    findings: tuple[Finding, ...] = ()


def standing(now: datetime) -> Standing:
    """Return how the deliveries stand. One query."""
    audit = next(iter(_LATEST.rows()), None)
    if audit is None:
        return Standing(Health.SILENT, None)
    found = [one for one in findings_of(audit).values() if one.count]
    findings = tuple(sorted(found, key=lambda one: one.trouble not in SERIOUS))
    if now - audit.at > SILENT_AFTER:
        return Standing(Health.SILENT, audit.at, findings)
    if not audit.passed:
        return Standing(Health.FAILED, audit.at, findings)
    return Standing(Health.TO_LOOK_AT if findings else Health.GOOD, audit.at, findings)


# Every page of staff who look after deliveries asks it.
_LATEST: Final = Prepared(lambda: DeliveryAudit.objects.order_by("-at")[:1])
