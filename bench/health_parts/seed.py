"""Fills an empty database: an administrator of the operator with a token, and many integrations with nobody in them.

Run in a process of its own, `python seed.py SIZE`, with the environment of the stack. Prints, as JSON, the token.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")

import django  # noqa: E402  # the path above

django.setup()

from liaison.accounts import actions as accounts  # noqa: E402  # after the set-up
from liaison.accounts.actors import System  # noqa: E402
from liaison.accounts.models import Account  # noqa: E402
from liaison.accounts.rights import AccountKind, PredefinedRole  # noqa: E402
from liaison.accounts.vocabulary import TokenScope  # noqa: E402
from liaison.integrations.models import Environment, EnvironmentName, Integration  # noqa: E402
from liaison.lib.clock import utc_now  # noqa: E402
from liaison.signals.partitions import make_ahead  # noqa: E402

_BENCH = System("bench")


def fill(size: int) -> dict[str, str]:
    """Make the administrator by the verbs, and the integrations all at once."""
    now = utc_now()
    operator = accounts.create_account(
        actor=_BENCH, kind=AccountKind.OPERATOR, name="Example Platform", slug="operator",
        language="en", time_zone="Europe/London", now=now,
    )  # fmt: skip
    administrator = accounts.create_identity(
        actor=_BENCH, account=operator, role=PredefinedRole.OPERATOR_ADMINISTRATOR, name="Ada Marchetti",
        language="en", time_zone="Europe/London", mailbox="ada@operator.test", now=now,
    )  # fmt: skip
    _token, secret = accounts.create_api_token(
        actor=administrator, name="bench", scopes=(TokenScope.WRITE,), expires_at=now + timedelta(days=1), now=now
    )
    make_ahead(now)
    _make_integrations(size)
    return {"token": secret}


def _make_integrations(size: int) -> None:
    now = utc_now()
    partners = Account.objects.bulk_create(
        Account(slug=f"bench-{number}", name=f"Bench {number}", kind=AccountKind.PARTNER.value, language="en",
                time_zone="Europe/London", created_at=now)
        for number in range(size)
    )  # fmt: skip
    live = {"kind": "reservations_end_to_end", "stage": "launched", "status": "live", "launched_at": now}
    integrations = Integration.objects.bulk_create(
        Integration(account=account, created_at=now, **live) for account in partners
    )
    Environment.objects.bulk_create(
        Environment(integration=one, name=name) for one in integrations for name in EnvironmentName
    )


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]))))
