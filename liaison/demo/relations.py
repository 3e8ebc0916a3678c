"""The demo's delegated support: a reseller with two domains, a support partner, and six customers. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.delegation.vocabulary import GrantLevel
from liaison.demo.cast import Part


@dataclass(frozen=True)
class Delegate:
    """An account that works for customers, with its own domains, the first of which gives the user names."""

    slug: str
    name: str
    kind: AccountKind
    language: str
    time_zone: str
    domains: tuple[str, ...]
    people: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Managed:
    """From `days` ago on a reseller's domain manages the customer; without a domain nobody does."""

    days: int
    domain: str
    why: str


@dataclass(frozen=True)
class Granted:
    """So many days ago the customer grants an account this; without a level it revokes."""

    days: int
    account: str
    level: GrantLevel | None
    why: str


@dataclass(frozen=True)
class Filed:
    """A case: who files it, how many days ago, in which words, and what is said in it a few hours later."""

    filer: str
    days: int
    title: str
    description: str
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Customer:
    """A customer with its sales record, and what happened since. The first person speaks for it; it may have none.

    `supported` is how many days ago it began to work with the support partner.
    """

    slug: str
    name: str
    language: str
    time_zone: str
    address: str
    contact: tuple[str, str]
    people: tuple[Part, ...]
    managed: tuple[Managed, ...]
    granted: tuple[Granted, ...] = ()
    supported: int | None = None
    cases: tuple[Filed, ...] = ()


NORTH: Final = "nordlicht.test"
SOUTH: Final = "nordlicht-south.test"
ALPINE: Final = "alpenblick.test"
MANAGE, VIEW = GrantLevel.MANAGE, GrantLevel.VIEW
AGENT: Final = "agent"

NORDLICHT = Delegate(
    "nordlicht", "Nordlicht Services", AccountKind.RESELLER, "en", "Europe/London", (NORTH, SOUTH),
    people=(
        Part(
            "freja", "Freja Lindqvist", "freja@nordlicht.test", PredefinedRole.ADMINISTRATOR,
            "en", "Europe/London", _("a reseller: the customers of one of its two domains"),
        ),
        Part(
            "freja-south", "Freja Lindqvist", "freja@nordlicht.test", PredefinedRole.ADMINISTRATOR,
            "en", "Europe/London", _("the same person with a second sign-in: the customers of the other domain"),
            username=f"freja@{SOUTH}",
        ),
        Part(
            "jonas", "Jonas Berg", "jonas@nordlicht.test", PredefinedRole.EDITOR,
            "it", "Europe/Rome", _("a colleague of hers whose role shows no customers"),
        ),
    ),
)  # fmt: skip

ALPENBLICK = Delegate(
    "alpenblick", "Alpenblick Handel", AccountKind.RESELLER, "en", "Europe/Vienna", (ALPINE,)
)  # fmt: skip

AIUTO = Delegate(
    "aiuto-digitale", "Aiuto Digitale", AccountKind.SUPPORT_PARTNER, "it", "Europe/Rome", ("aiuto-digitale.test",),
    people=(
        Part(
            "marta", "Marta Greco", "marta@aiuto-digitale.test", PredefinedRole.ADMINISTRATOR,
            "it", "Europe/Rome", _("a support partner that customers chose by themselves"),
        ),
    ),
)  # fmt: skip

DELEGATES: Final = (NORDLICHT, ALPENBLICK, AIUTO)

CUSTOMERS: Final = (
    Customer(
        "osteria-del-porto", "Osteria del Porto", "it", "Europe/Rome", "Calata San Marzano 12\n16124 Genova",
        ("Paola Ricci", "paola@osteria-del-porto.test"),
        people=(
            Part(
                "paola", "Paola Ricci", "paola@osteria-del-porto.test", PredefinedRole.ADMINISTRATOR,
                "it", "Europe/Rome", _("a customer: who can see its cases, and since when"),
            ),
        ),
        managed=(Managed(300, NORTH, "Contratto firmato a Genova"),),
        granted=(
            Granted(290, "nordlicht", VIEW, "Per cominciare"),
            Granted(120, "nordlicht", MANAGE, "Apre lei le richieste per noi"),
            Granted(38, "aiuto-digitale", VIEW, "Ci aiutano la sera"),
        ),
        supported=40,
        cases=(
            Filed(
                "paola", 60, "Gli orari di apertura non si aggiornano",
                "Da una settimana la domenica risulta aperta, ma siamo chiusi.",
                ((AGENT, "Grazie, il file degli orari ha due voci per la domenica. Puoi togliere la seconda?"),),
            ),
            Filed(
                "freja", 5, "I tavoli all'aperto non si possono prenotare",
                "Nella scheda del locale mancano i dodici tavoli sul molo, che nel Feed ci sono.",
                (
                    (AGENT, "Li vediamo nel Feed. Da quando mancano nella scheda?"),
                    ("paola", "Da venerdì, dopo l'ultimo aggiornamento del menu."),
                ),
            ),
        ),
    ),
    Customer(
        "kawiarnia-pod-lipa", "Kawiarnia Pod Lipą", "pl", "Europe/Warsaw", "ul. Długa 14\n31-146 Kraków",
        ("Marek Nowak", "marek@pod-lipa.test"),
        people=(
            Part(
                "marek", "Marek Nowak", "marek@pod-lipa.test", PredefinedRole.ADMINISTRATOR,
                "pl", "Europe/Warsaw", _("a customer whom its reseller asks for more access"),
            ),
        ),
        managed=(Managed(150, SOUTH, "Nowy klient z Krakowa"),),
        granted=(Granted(140, "nordlicht", VIEW, "Tylko do wglądu"),),
        cases=(
            Filed(
                "marek", 12, "Zdjęcia lokalu są odwrócone",
                "Po przesłaniu z telefonu wszystkie pionowe zdjęcia leżą na boku.",
            ),
        ),
    ),
    Customer(
        "hangang-sikdang", "한강 식당", "ko", "Asia/Seoul", "서울특별시 마포구 토정로 31",
        ("최지우", "jiwoo@hangang.test"),
        people=(
            Part(
                "jiwoo", "최지우", "jiwoo@hangang.test", PredefinedRole.ADMINISTRATOR,
                "ko", "Asia/Seoul", _("a customer with a new reseller, to whom its open cases can be handed over"),
            ),
        ),
        managed=(Managed(260, ALPINE, "첫 계약"), Managed(9, NORTH, "한국 지사로 이관")),
        granted=(
            Granted(250, "alpenblick", MANAGE, "초기 설정"),
            Granted(8, "nordlicht", MANAGE, "새 담당 리셀러"),
        ),
        cases=(
            Filed("jiwoo", 30, "단체석 예약이 두 번 잡힙니다", "8명 이상 예약하면 같은 시간에 예약이 두 건 생깁니다.",
                  ((AGENT, "확인했습니다. 예약 번호 두 개만 알려 주세요."),)),
            Filed("jiwoo", 20, "휴무일에도 예약이 들어옵니다", "매주 월요일이 휴무인데 예약 가능으로 표시됩니다."),
        ),
    ),
    Customer(
        "guangzhou-chalou", "广州茶楼", "zh-hans", "Asia/Shanghai", "广州市越秀区北京路 168 号",
        ("何晓明", "xiaoming@guangzhou-chalou.test"),
        people=(),
        managed=(Managed(25, SOUTH, "新客户"),),
    ),
    Customer(
        "harbour-kitchen", "The Harbour Kitchen", "en", "Europe/London", "4 Quayside\nBristol BS1 6AE",
        ("Oliver Hayes", "oliver@harbour-kitchen.test"),
        people=(
            Part(
                "oliver", "Oliver Hayes", "oliver@harbour-kitchen.test", PredefinedRole.ADMINISTRATOR,
                "en", "Europe/London", _("a customer that took its grant back"),
            ),
        ),
        managed=(Managed(220, SOUTH, "Sold at the Bristol fair"), Managed(70, NORTH, "Looked after from the north")),
        granted=(
            Granted(210, "nordlicht", MANAGE, "They set everything up"),
            Granted(18, "nordlicht", None, "We look after it ourselves"),
        ),
        cases=(
            Filed(
                "freja-south", 100, "The wrong phone number is shown",
                "Guests see the number of the kitchen instead of the bookings line.",
                ((AGENT, "Which of the two numbers is in your feed?"),),
            ),
        ),
    ),
    Customer(
        "stella-alpina", "Pizzeria Stella Alpina", "it", "Europe/Rome", "Via Roma 3\n39100 Bolzano",
        ("Ivo Marchi", "ivo@stella-alpina.test"),
        people=(),
        managed=(Managed(330, NORTH, "Venduta a Bolzano"), Managed(35, ALPINE, "Passata al rivenditore locale")),
        granted=(Granted(320, "nordlicht", VIEW, "Per l'avvio"),),
    ),
)  # fmt: skip
