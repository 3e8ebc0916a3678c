"""Fills an empty database: an operator, and for each language one partner account in production.

Run in a process of its own, `python seed.py URL ENTRIES`, with the environment of the stack. Each account has one alert
contact, so that each alert makes exactly one mail. The contact of one more account has a webhook to URL as well. So
many ENTRIES are accounts more. Prints, as JSON, the intake key of each language, that of the one with the webhook as
`webhooks`, and those of the entries by their numbers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")

import django  # noqa: E402  # the path above

django.setup()

from liaison.accounts import actions as accounts  # noqa: E402  # after the set-up
from liaison.accounts.actors import System  # noqa: E402
from liaison.accounts.models import Account, Identity  # noqa: E402
from liaison.accounts.rights import AccountKind, PredefinedRole  # noqa: E402
from liaison.contacts.actions import add_endpoint, submit_contact_information  # noqa: E402
from liaison.demo.cast import Company  # noqa: E402
from liaison.demo.records import form_for  # noqa: E402
from liaison.demo.seed import asks_for_merchants  # noqa: E402
from liaison.integrations import actions as integrations  # noqa: E402
from liaison.integrations.models import EnvironmentName  # noqa: E402
from liaison.lib.clock import utc_now  # noqa: E402

_BENCH = System("bench")
_KIND = "ordering_end_to_end"
_ZONES = {
    "en": "Europe/London",
    "ko": "Asia/Seoul",
    "zh-hans": "Asia/Shanghai",
    "it": "Europe/Rome",
    "pl": "Europe/Warsaw",
}


def fill(webhook: str, entries: int) -> dict[str, str]:
    """Make everything by the verbs that everybody uses; return the intake keys."""
    operator = accounts.create_account(
        actor=_BENCH, kind=AccountKind.OPERATOR, name="Example Platform", slug="operator",
        language="en", time_zone="Europe/London", now=utc_now(),
    )  # fmt: skip
    administrator = _person(operator, PredefinedRole.OPERATOR_ADMINISTRATOR, "Ada Marchetti", "en", "operator")
    keys = {language: _partner(f"bench-{language}", language, administrator)[0] for language in _ZONES}
    key, contact = _partner("bench-webhook", "en", administrator)
    account, public_id = contact.domain.account, contact.public_id
    add_endpoint(actor=contact, account=account, person=public_id, name="Bench", url=webhook, now=utc_now())
    more = {str(number): _partner(f"entry-{number}", "en", administrator)[0] for number in range(entries)}
    return {**keys, "webhooks": key, **more}


def _partner(slug: str, language: str, administrator: Identity) -> tuple[str, Identity]:
    """Return an intake key of the account's production, and its alert contact."""
    account = accounts.create_account(
        actor=_BENCH, kind=AccountKind.PARTNER, name=slug.replace("bench-", "Kitchen "), slug=slug,
        language=language, time_zone=_ZONES[language], now=utc_now(),
    )  # fmt: skip
    owner = _person(account, PredefinedRole.ADMINISTRATOR, "Luca Moretti", language, slug)
    contact = _person(account, PredefinedRole.EDITOR, "Sara Bianchi", language, slug)
    integrations.create_brand(actor=_BENCH, account=account, name=account.name, slug=slug, now=utc_now())
    integration = integrations.create_integration(actor=_BENCH, account=account, kind=_KIND, now=utc_now())
    company = Company(
        slug=slug, name=account.name, language=language, time_zone=_ZONES[language], people=(), kinds=(_KIND,),
        brands=(), is_complete=True, alert_contacts=("contact",),
        hours=(((1, 2, 3, 4, 5, 6, 7), "11:00", "24:00", _ZONES[language]),),
    )  # fmt: skip
    submit_contact_information(
        actor=owner,
        account=account,
        data=form_for(company, {"contact": contact.public_id}, asks_for_merchants=asks_for_merchants(company)),
        seen_version=0,
        now=utc_now(),
    )
    integrations.launch_integration(actor=administrator, integration=integration, now=utc_now())
    production = integration.environments.get(name=EnvironmentName.PRODUCTION)
    made = integrations.create_intake_key(actor=_BENCH, environment=production, name="bench", now=utc_now())
    return made.secret, contact


def _person(account: Account, role: PredefinedRole, name: str, language: str, slug: str) -> Identity:
    return accounts.create_identity(
        actor=_BENCH, account=account, role=role, name=name, language=language, time_zone=_ZONES[language],
        mailbox=f"{name.split(maxsplit=1)[0].lower()}@{slug}.test", now=utc_now(),
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(fill(sys.argv[1], int(sys.argv[2]))))
