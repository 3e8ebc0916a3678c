"""The seeded house: accounts, their people in five languages, intake keys. Known before anything happens.

`python -m faults.house <port of the webhook sink>` fills an empty database by the verbs and prints what it made.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

NOISY, TRICKLES, THREE, HOOKED = "noisy", ("trickle-one", "trickle-two"), "three", "hooked"
_LANGUAGES = (("en", "Europe/London"), ("ko", "Asia/Seoul"), ("zh-hans", "Asia/Shanghai"),
              ("it", "Europe/Rome"), ("pl", "Europe/Warsaw"))  # fmt: skip
_PEOPLE = {NOISY: 1, TRICKLES[0]: 2, TRICKLES[1]: 3, THREE: 3, HOOKED: 3}
_HOOKS = (
    ("hang", "fails", "slow-down", "redirects", "big"),
    ("drops", "well"),
    ("gone-1", "gone-2", "gone-3", "gone-4", "gone-5"),
)
"""The endpoints of each person of the account with webhooks. One that said 410 once is never used again."""


@dataclass(frozen=True)
class Home:
    """One account: the key its alerts come with, and whom each alert owes a message."""

    key: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class House:
    homes: dict[str, Home] = field(default_factory=dict)
    staff_token: str = ""

    @classmethod
    def of(cls, said: dict[str, Any]) -> House:
        homes = {slug: Home(one["key"], tuple(one["recipients"])) for slug, one in said["homes"].items()}
        return cls(homes, said["staff_token"])

    @property
    def next_gone(self) -> str:
        """Return an endpoint that may be gone next; empty when all are."""
        return next((one for one in self.homes[HOOKED].recipients if one.startswith(hook("gone"))), "")

    def remove(self, slug: str, recipient: str) -> None:
        """Owe this recipient nothing any more."""
        home = self.homes[slug]
        self.homes[slug] = replace(home, recipients=tuple(one for one in home.recipients if one != recipient))


def hook(name: str) -> str:
    """Return how an endpoint stands in the ledgers."""
    return f"hook:{name}"


def mailbox(slug: str, number: int) -> str:
    return f"p{number}@{slug}.test"


def main() -> None:
    import django  # noqa: PLC0415  # only this command needs Django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    django.setup()
    sys.stdout.write(json.dumps(_fill(int(sys.argv[1]))))


def _fill(hook_port: int) -> dict[str, Any]:
    from liaison.accounts import actions as accounts  # noqa: PLC0415
    from liaison.accounts.actors import System  # noqa: PLC0415
    from liaison.accounts.rights import AccountKind, PredefinedRole  # noqa: PLC0415
    from liaison.accounts.vocabulary import TokenScope  # noqa: PLC0415
    from liaison.lib.clock import utc_now  # noqa: PLC0415

    actor, now = System("faults"), utc_now()
    operator = accounts.create_account(
        actor=actor, kind=AccountKind.OPERATOR, name="Example Platform", slug="operator",
        language="en", time_zone="Europe/London", now=now,
    )  # fmt: skip
    staff = accounts.create_identity(
        actor=actor, account=operator, role=PredefinedRole.OPERATOR_ADMINISTRATOR, name="Ada Marchetti",
        mailbox="ada@operator.test", language="en", time_zone="Europe/London", now=now,
    )  # fmt: skip
    _row, token = accounts.create_api_token(
        actor=staff, name="Faults", scopes=[TokenScope.READ], expires_at=now + timedelta(days=1), now=now
    )
    homes = {slug: _make_home(slug, number, staff) for number, slug in enumerate(_PEOPLE)}
    homes[HOOKED]["recipients"] += _add_hooks(f"http://127.0.0.1:{hook_port}/hook/")
    return {"homes": homes, "staff_token": token}


def _add_hooks(root: str) -> list[str]:
    from liaison.accounts.actors import System  # noqa: PLC0415
    from liaison.accounts.models import Account, Identity  # noqa: PLC0415
    from liaison.contacts.actions import add_endpoint  # noqa: PLC0415
    from liaison.lib.clock import utc_now  # noqa: PLC0415

    account = Account.objects.get(slug=HOOKED)
    for number, names in enumerate(_HOOKS):
        person = Identity.objects.get(mailbox=mailbox(HOOKED, number)).public_id
        for name in names:
            add_endpoint(
                actor=System("faults"), account=account, person=person, name=name, url=root + name, now=utc_now()
            )
    return [hook(name) for names in _HOOKS for name in names]


def _make_home(slug: str, turn: int, staff: Any) -> dict[str, Any]:
    from liaison.accounts import actions as accounts  # noqa: PLC0415
    from liaison.accounts.actors import System  # noqa: PLC0415
    from liaison.accounts.rights import AccountKind, PredefinedRole  # noqa: PLC0415
    from liaison.contacts.actions import submit_contact_information  # noqa: PLC0415
    from liaison.integrations import actions as integrations  # noqa: PLC0415
    from liaison.lib.clock import utc_now  # noqa: PLC0415

    actor, now = System("faults"), utc_now()
    language, zone = _LANGUAGES[turn % len(_LANGUAGES)]
    account = accounts.create_account(
        actor=actor, kind=AccountKind.PARTNER, name=slug.title(), slug=slug, language=language, time_zone=zone, now=now,
    )  # fmt: skip
    people = []
    for number in range(_PEOPLE[slug]):
        language, zone = _LANGUAGES[(turn + number) % len(_LANGUAGES)]
        role = PredefinedRole.EDITOR if number else PredefinedRole.ADMINISTRATOR
        people.append(accounts.create_identity(
            actor=actor, account=account, role=role, name=f"Anna {slug.title()}",
            mailbox=mailbox(slug, number), language=language, time_zone=zone, now=now,
        ))  # fmt: skip
    integrations.create_brand(actor=actor, account=account, name=slug.title(), slug=slug, now=now)
    made = integrations.create_integration(actor=actor, account=account, kind="reservations_end_to_end", now=now)
    submit_contact_information(
        actor=people[0], account=account, data=_form(slug, [one.public_id for one in people]), seen_version=0, now=now
    )
    launched = integrations.launch_integration(actor=staff, integration=made, now=now)
    environment = launched.environments.select_related("integration__account").get(name="production")
    key = integrations.create_intake_key(actor=actor, environment=environment, name="Faults", now=now)
    return {"key": key.secret, "recipients": [mailbox(slug, number) for number in range(_PEOPLE[slug])]}


def _form(slug: str, public_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    from liaison.catalog.vocabulary import ContactField  # noqa: PLC0415
    from liaison.contacts.formshape import blank_entry, blank_form, blank_hours, blank_shared  # noqa: PLC0415

    def alias(name: str) -> dict[str, Any]:
        return blank_entry() | {"address": f"{name}@{slug}.test", "name": name, "is_shared_alias": True}

    form = blank_form()
    form[ContactField.ALERT] = [blank_entry() | {"identity": public_id} for public_id in public_ids]
    form[ContactField.EMERGENCY] = [alias("pager") | {"pages_somebody": True}]
    form[ContactField.NON_EMERGENCY] = [alias("engineering")]
    form[ContactField.MERCHANT] = [alias("merchants")]
    form[ContactField.OPERATOR] = [alias("desk")]
    form[ContactField.SHARED] = [blank_shared() | {"address": f"help@{slug}.test"}]
    form[ContactField.HOURS] = [
        blank_hours("Europe/Rome") | {"days": [1, 2, 3, 4, 5], "start": "09:00", "end": "18:00"}
    ]
    return form


if __name__ == "__main__":
    main()
