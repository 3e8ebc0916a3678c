"""What of single cases opens them to others: on the customer's page "Who can see our cases" (D4)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from liaison.accounts.models import Account, Identity
from liaison.cases.access import shares_in_force
from liaison.cases.delegated.handing import hands_over
from liaison.cases.labels import SHARE_RIGHTS
from liaison.cases.models import HandOver
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import ShareRight
from liaison.delegation.panels import AccessPanel

MOST: Final = 100


def single_cases(reader: Identity, customer: Account, now: datetime) -> AccessPanel:
    """Return the newest hand-overs and shares of the customer's cases that hold, in two queries."""
    given = HandOver.objects.filter(case__account=customer, ended_at=None).select_related("case", "account")
    shares = shares_in_force(now).filter(case__account=customer).select_related("case")
    facts = {
        "hand_overs": [
            {
                "number": one.case.number,
                "shown": shown(one.case.number),
                "title": one.case.title,
                "account": one.account.name,
                "since": one.given_at,
            }
            for one in given.order_by("-pk")[:MOST]
        ],
        "shares": [
            {
                "number": one.case.number,
                "shown": shown(one.case.number),
                "title": one.case.title,
                "address": one.address,
                "right": str(SHARE_RIGHTS[ShareRight(one.right)]),
                "since": one.created_at,
                "until": one.expires_at,
            }
            for one in shares.order_by("-pk")[:MOST]
        ],
        "most": MOST,
        "may_hand_over": hands_over(reader),
    }
    return AccessPanel("cases/access_panel.html", facts)
