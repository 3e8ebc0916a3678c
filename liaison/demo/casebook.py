"""The cases that somebody finds who looks around the demo: in five languages, in every state. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from liaison.cases.vocabulary import CaseState, CloseReason
from liaison.catalog.vocabulary import CaseSeverity
from liaison.demo.cast import HANA, LANTERNA, WISLA

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENT = "agent"


@dataclass(frozen=True)
class Said:
    """One Send, `hours` before now. Of staff with the state it leads to; `is_note` for staff's eyes alone."""

    by: str
    hours: float
    text: str
    state: CaseState | None = None
    close: CloseReason | None = None
    is_note: bool = False


@dataclass(frozen=True)
class Told:
    """A case: who filed it when, about what, and what was said since."""

    filer: str
    account: str
    product: str
    category: str
    severity: CaseSeverity
    hours: float
    title: str
    description: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    criterion: str = ""
    said: tuple[Said, ...] = ()


_PRODUCTION = {"environment": "production", "started_at": "2026-11-20T09:10", "frequency": "often"}

CASEBOOK: tuple[Told, ...] = (
    Told(
        "luca", LANTERNA.slug, "ordering_end_to_end", "calls_fail", CaseSeverity.HIGH, 52,
        "SubmitOrder risponde 504 negli orari di punta",
        "Tra le 12:30 e le 13:30 circa un ordine su dieci riceve TIMEOUT_504. Fuori da quell'ora non succede.",
        {**_PRODUCTION, "action": "submit_order", "error_code": "TIMEOUT_504", "changed_lately": False},
        said=(
            Said(AGENT, 50, "Grazie, Luca. Puoi indicare due o tre numeri di ordine con l'ora esatta?",
                 CaseState.ACTION_REQUIRED),
            Said(AGENT, 50, "Po naszej stronie widać kolejkę w centrum danych w Mediolanie; sprawdzić z dyżurnym.",
                 is_note=True),
            Said("sara", 47, "Ecco tre ordini di ieri: 88121 alle 12:41, 88164 alle 12:58, 88190 alle 13:07."),
            Said(AGENT, 26, "Dalle 14:00 di ieri una seconda coda è attiva. Puoi verificare oggi a pranzo?",
                 CaseState.SOLUTION_PROVIDED),
        ),
    ),
    Told(
        "mei", LANTERNA.slug, "things_to_do", "matching", CaseSeverity.MEDIUM, 30,
        "商家“兰花茶馆”匹配到了错误的地点",
        "商家 m-2071 显示在隔壁街道的另一家店。菜单和营业时间都是对的。",
        {"matching_wrong": "other_place", "merchants": "m-2071", "wanted": "应显示在 Feed 中的地址"},
        said=(Said(AGENT, 28, "收到，我们正在核对地图数据。", CaseState.IN_PROGRESS),),
    ),
    Told(
        "sara", LANTERNA.slug, "ordering_end_to_end", "inventory_feeds", CaseSeverity.MEDIUM, 190,
        "Il feed dei menu viene rifiutato da martedì",
        "Il rapporto dice “price: 9,50 non è un numero” per 1.204 entità su 18.300.",
        {"environment": "production", "started_at": "2026-11-14T20:00", "feed_name": "menu"},
        said=(
            Said(AGENT, 188, "I prezzi devono usare il punto: 9.50. La guida ai feed ha un esempio.",
                 CaseState.SOLUTION_PROVIDED),
            Said("sara", 170, "Corretto, ora passa tutto. Grazie!", close=CloseReason.SOLVED),
        ),
    ),
    Told(
        "seoyun", HANA.slug, "reservations_end_to_end", "launch", CaseSeverity.MEDIUM, 20,
        "출시 전에 확인해야 할 항목이 무엇인가요?",
        "샌드박스 테스트는 모두 통과했습니다. 12월 첫째 주에 출시하려고 합니다.",
        {"planned_launch": "2026-12-03T10:00"},
        said=(
            Said(AGENT, 19, "축하합니다! 연락처 정보를 완료하면 파트너 매니저가 출시를 진행합니다.",
                 CaseState.ACTION_REQUIRED),
        ),
    ),
    Told(
        "junho", HANA.slug, "reservations_end_to_end", "calls_fail", CaseSeverity.LOW, 6,
        "예약 취소 후 좌석이 바로 풀리지 않음",
        "UpdateBooking으로 취소하면 좌석이 약 5분 뒤에 다시 나타납니다. 정상 동작인지 궁금합니다.",
        {**_PRODUCTION, "environment": "sandbox", "action": "update_booking", "changed_lately": False},
    ),
    Told(
        "ewa", WISLA.slug, "reservations_waitlist", "technical_support", CaseSeverity.MEDIUM, 75,
        "Lista oczekujących pokazuje zamknięte dni",
        "Goście mogą dopisać się do listy na poniedziałek, choć w poniedziałki lokal jest zamknięty.",
        {**_PRODUCTION, "frequency": "always", "can_repeat": True, "steps": "Wybrać poniedziałek, dopisać się.",
         "changed_lately": False},
        said=(
            Said(AGENT, 73, "Dziękujemy. Czy godziny w pliku danych mają ustawiony dzień 1 jako zamknięty?",
                 CaseState.ACTION_REQUIRED),
            Said("ewa", 72, "Tak, „closed”: true dla dnia 1."),
            Said(AGENT, 71, "Known problem of the hours parser, ticket 8841 of the platform team.", is_note=True),
            Said(AGENT, 70, "Potwierdzamy usterkę po naszej stronie, poprawka będzie w tym tygodniu.",
                 CaseState.IN_PROGRESS),
        ),
    ),
    Told(
        "tomasz", WISLA.slug, "partner_portal", "question", CaseSeverity.LOW, 3,
        "Jak dodać drugą osobę do alertów?",
        "Chcę, żeby alerty dostawała także kierowniczka zmiany.",
    ),
)  # fmt: skip
