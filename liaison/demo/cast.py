"""Who plays in the demo: one operator and three partners, people in five languages. Data only.

The reseller, the support partner and the customers stand in `relations.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from liaison.accounts.rights import PredefinedRole

if TYPE_CHECKING:
    from django.utils.functional import Promise


@dataclass(frozen=True)
class Part:
    """One sign-in. `key` names its link; `what` says what to see there. Without a `username` the mailbox gives it."""

    key: str
    name: str
    mailbox: str
    role: PredefinedRole
    language: str
    time_zone: str
    what: Promise
    wants_sandbox_mail: bool = False
    username: str = ""


@dataclass(frozen=True)
class Company:
    """A partner account with its integrations and, where it is complete, its contact information."""

    slug: str
    name: str
    language: str
    time_zone: str
    people: tuple[Part, ...]
    kinds: tuple[str, ...]
    brands: tuple[tuple[str, str], ...]
    is_complete: bool
    is_paused: bool = False
    alert_contacts: tuple[str, ...] = ()
    hours: tuple[tuple[tuple[int, ...], str, str, str], ...] = ()


OPERATOR_PEOPLE: tuple[Part, ...] = (
    Part(
        "administrator", "Ada Marchetti", "ada@operator.test", PredefinedRole.OPERATOR_ADMINISTRATOR,
        "en", "Europe/London", _("administers accounts, integrations and settings"),
    ),
    Part(
        "manager", "Giorgio Ferri", "giorgio@operator.test", PredefinedRole.PARTNER_MANAGER,
        "it", "Europe/Rome", _("looks after Hana Table and launches it"),
    ),
    Part(
        "agent", "Nadia Wójcik", "nadia@operator.test", PredefinedRole.SUPPORT_AGENT,
        "pl", "Europe/Warsaw", _("sees every account, its contacts and its incidents"),
    ),
    Part(
        "engineer", "Min-jae Park", "minjae@operator.test", PredefinedRole.ON_CALL_ENGINEER,
        "ko", "Asia/Seoul", _("is on call: incidents and integrations"),
    ),
)  # fmt: skip

HANA = Company(
    slug="hana-table",
    name="Hana Table",
    language="ko",
    time_zone="Asia/Seoul",
    people=(
        Part(
            "seoyun", "김서윤", "seoyun@hana-table.test", PredefinedRole.ADMINISTRATOR,
            "ko", "Asia/Seoul", _("held at the gate: contact information is missing"),
        ),
        Part(
            "junho", "이준호", "junho@hana-table.test", PredefinedRole.EDITOR,
            "ko", "Asia/Seoul", _("a colleague at the same gate"),
        ),
        Part(
            "wei", "李伟", "wei@hana-table.test", PredefinedRole.EDITOR,
            "zh-hans", "Asia/Shanghai", _("a colleague in Shanghai"),
        ),
        Part(
            "giulia", "Giulia Conti", "giulia@hana-table.test", PredefinedRole.EDITOR,
            "it", "Europe/Rome", _("a colleague in Rome"),
        ),
        Part(
            "zofia", "Zofia Lewandowska", "zofia@hana-table.test", PredefinedRole.EDITOR,
            "pl", "Europe/Warsaw", _("a colleague in Warsaw"),
        ),
        Part(
            "emma", "Emma Clarke", "emma@hana-table.test", PredefinedRole.READER,
            "en", "Europe/London", _("a colleague in London who may only read"),
        ),
    ),
    kinds=("reservations_end_to_end",),
    brands=(("hana-table", "Hana Table"),),
    is_complete=False,
    alert_contacts=("junho", "wei", "giulia", "zofia", "emma"),
    hours=(
        ((1, 2, 3, 4, 5), "09:00", "18:00", "Asia/Seoul"),
        ((6, 7), "22:00", "02:00", "Europe/Rome"),
    ),
)  # fmt: skip

LANTERNA = Company(
    slug="lanterna",
    name="Trattoria La Lanterna",
    language="it",
    time_zone="Europe/Rome",
    people=(
        Part(
            "luca", "Luca Moretti", "luca@lanterna.test", PredefinedRole.ADMINISTRATOR,
            "it", "Europe/Rome", _("a complete account in production"), wants_sandbox_mail=True,
        ),
        Part(
            "sara", "Sara Bianchi", "sara@lanterna.test", PredefinedRole.EDITOR,
            "it", "Europe/Rome", _("its alert contact"),
        ),
        Part(
            "mei", "陈梅", "mei@lanterna.test", PredefinedRole.EDITOR,
            "zh-hans", "Asia/Shanghai", _("its alert contact in Shanghai"),
        ),
    ),
    kinds=("ordering_end_to_end", "things_to_do"),
    brands=(("la-lanterna", "La Lanterna"), ("lanterna-express", "Lanterna Express")),
    is_complete=True,
    alert_contacts=("sara", "mei"),
    hours=(((1, 2, 3, 4, 5, 6, 7), "11:00", "24:00", "Europe/Rome"),),
)  # fmt: skip

WISLA = Company(
    slug="wisla",
    name="Bistro Wisła",
    language="pl",
    time_zone="Europe/Warsaw",
    people=(
        Part(
            "tomasz", "Tomasz Zieliński", "tomasz@wisla.test", PredefinedRole.ADMINISTRATOR,
            "pl", "Europe/Warsaw", _("paused for maintenance: no production alerts"),
        ),
        Part(
            "ewa", "Ewa Kamińska", "ewa@wisla.test", PredefinedRole.EDITOR,
            "pl", "Europe/Warsaw", _("its alert contact"),
        ),
    ),
    kinds=("reservations_waitlist",),
    brands=(("bistro-wisla", "Bistro Wisła"),),
    is_complete=True,
    is_paused=True,
    alert_contacts=("ewa",),
    hours=(((1, 2, 3, 4, 5), "8:00", "16:00", "Europe/Warsaw"),),
)  # fmt: skip

COMPANIES: tuple[Company, ...] = (HANA, LANTERNA, WISLA)
