"""A case from its filing to its end: in the filer's language, without personal data, found in a moment (S2, S3, D7)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from liaison.catalog.casework import URGENT_TECHNICAL_SUPPORT
from liaison.demo.cast import LANTERNA
from liaison.demo.story import Scene, expect, expect_status, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.demo.mailbox import Received

_WITHIN: Final = 25.0
_ON: Final = {"started_at": "2026-11-20T09:10", "changed_lately": "no"}
_CASE: Final = {
    "product": "reservations_end_to_end",
    "category": "calls_fail",
    "severity": "high",
    "title": "예약을 취소해도 좌석이 바로 풀리지 않음",
    "answers": {**_ON, "environment": "production", "frequency": "often", "action": "update_booking"},
}
_WITH_PERSONAL_DATA: Final = "홍길동 님(900101-1234568, 010-9876-5432)의 예약에서 발생했습니다."
_WITHOUT: Final = "취소 후 5분이 지나야 좌석이 다시 나타납니다. 예약 번호 88121."
_NOTE: Final = "Queue 7714 hangs in the booking cache."
_WORD_OF_IT: Final = "7714"


def held_back(scene: Scene) -> Iterator[str]:
    asked = {**_CASE, "description": _WITH_PERSONAL_DATA}
    answer = scene.api("seoyun", "POST", "/cases", asked)
    yield expect_status(answer, 422, "POST /api/v1/cases, with somebody's data in it")
    found = sorted({error["facts"]["kind"] for error in answer.json()["errors"]})
    yield f"found: {', '.join(found)}"
    expect({"national_id_kr", "phone"} <= set(found), "a number of a person was not found")
    expect("900101-1234568" not in answer.text, "the answer repeats what should not be there")


def filed(scene: Scene) -> Iterator[str]:
    asked = {**_CASE, "description": _WITHOUT, "submission": secrets.token_hex(8)}
    answer = scene.api("seoyun", "POST", "/cases", asked)
    yield expect_status(answer, 201, "POST /api/v1/cases")
    number = scene.facts["case"] = answer.json()["number"]
    again = scene.api("seoyun", "POST", "/cases", asked)
    expect(again.json().get("number") == number, "the same one sent twice is two cases")
    yield f"case {number}; the same one sent twice is one case"
    first = newest_mail(scene, scene.person("seoyun").mailbox, number, "")
    scene.facts["thread"] = _thread_of(first)
    yield f"[{first.language}] {first.subject}"
    page = scene.browser("seoyun").get(f"/u/0/cases/{number}")
    yield expect_status(page, 200, f"the page of the case, for {scene.person('seoyun').name}")


def answered(scene: Scene) -> Iterator[str]:
    number = scene.facts["case"]
    known = {mail.key for mail in scene.mailbox.to(scene.person("seoyun").mailbox)}
    note = scene.api("agent", "POST", f"/cases/{number}/notes", {"text": _NOTE})
    yield expect_status(note, 201, "an internal note, by support")
    sent = scene.api(
        "agent",
        "POST",
        f"/cases/{number}/updates",
        {"text": "Could you name two more bookings, please?", "set_state": "action_required"},
    )
    yield expect_status(sent, 201, "an answer, by support")
    mail = newest_mail(scene, scene.person("seoyun").mailbox, number, *known)
    yield f"[{mail.language}] {mail.subject}"
    expect(_thread_of(mail) == scene.facts["thread"], "the mails of a case are no thread")
    yield f"the same thread: References {scene.facts['thread']}"


def notes_stay_inside(scene: Scene) -> Iterator[str]:
    number = scene.facts["case"]
    refused = scene.api("seoyun", "GET", f"/cases/{number}/notes")
    expect(refused.status in {403, 404}, f"the notes answer HTTP {refused.status}")
    seen = [
        scene.browser("seoyun").get(f"/u/0/cases/{number}").text,
        scene.browser("seoyun").get(f"/u/0/cases?q={_WORD_OF_IT}").text.replace(f"q={_WORD_OF_IT}", ""),
        scene.api("seoyun", "GET", f"/cases/{number}/updates").text,
        *(mail.body("plain") for mail in scene.mailbox.mails()),
    ]
    expect(not any(_NOTE in text for text in seen), "an internal note came out")
    yield f"nothing of it in {len(seen) - 3} mails, on the page, in the search or by API"
    found = scene.api("agent", "GET", f"/cases?q={_WORD_OF_IT}")
    expect(number in found.text, "support does not find its own note")
    expect(number not in scene.api("seoyun", "GET", f"/cases?q={_WORD_OF_IT}").text, "a note's word finds the case")
    yield f"support finds the case by “{_WORD_OF_IT}”, its account does not"


def found_again(scene: Scene) -> Iterator[str]:
    number = scene.facts["case"]
    for word in ("좌석", "석", "88121", number[:5]):
        found = scene.api("seoyun", "GET", f"/cases?q={quote(word)}")
        expect(number in found.text, f"“{word}” does not find the case")
        yield f"“{word}”: {len(found.json()['items'])} found"
    for key in ("sara", "ewa"):
        other = scene.api(key, "GET", f"/cases/{number}")
        never = scene.api(key, "GET", "/cases/1000000000")
        expect(other.status == never.status == 404, "another account learns that it exists")  # noqa: PLR2004
    yield "for other accounts it does not exist"


def closed_and_reopened(scene: Scene) -> Iterator[str]:
    path = f"/cases/{scene.facts['case']}"
    closed = scene.api("seoyun", "POST", f"{path}/updates", {"text": "됐습니다.", "close": "solved"})
    yield expect_status(closed, 201, "closed by the partner, as solved")
    case = scene.api("seoyun", "GET", path).json()
    yield f"{case['state']}; it can be reopened until {case['reopenable_until']}"
    refused = scene.api("seoyun", "POST", f"{path}/updates", {"text": "…"})
    yield expect_status(refused, 409, "writing to a closed case")
    reopened = scene.api("seoyun", "POST", f"{path}/reopening", {"reason": "다시 발생했습니다."})
    yield expect_status(reopened, 201, "reopened")


def escalated(scene: Scene) -> Iterator[str]:
    asked = {**_CASE, "product": "ordering_end_to_end", "title": "Ordini rifiutati", "description": "Uno su dieci."}
    number = scene.api("luca", "POST", "/cases", asked).json()["number"]
    wish = {"escalate": "deadline", "justification": "Il lancio è domani."}
    refused = scene.api("luca", "POST", f"/cases/{number}/updates", wish)
    yield f"{expect_status(refused, 403, 'escalating without premium support')}: {refused.json()['detail']}"
    tier = scene.api("administrator", "PUT", f"/accounts/{LANTERNA.slug}/support-tier", {"tier": "premium"})
    yield expect_status(tier, 200, "the operator gives the account premium support")
    sent = scene.api("luca", "POST", f"/cases/{number}/updates", wish)
    yield expect_status(sent, 201, "escalating")
    case = scene.api("luca", "GET", f"/cases/{number}").json()
    yield f"escalated at {case['escalated_at']}; its severity stays {case['severity']}"


def urgent(scene: Scene) -> Iterator[str]:
    agent = scene.person("agent").mailbox
    known = {mail.key for mail in scene.mailbox.to(agent)}
    asked = {
        **_CASE,
        "product": "ordering_end_to_end",
        "integration": scene.stage.integrations[LANTERNA.slug][0].public_id,
        "category": URGENT_TECHNICAL_SUPPORT,
        "severity": "critical",
        "title": "Nessun ordine arriva",
        "description": "Tutti gli ordini ricevono HTTP 500.",
        "answers": _ON,
    }
    unsaid = scene.api("sara", "POST", "/cases", asked)
    yield expect_status(unsaid, 422, "urgent technical support without saying which criterion holds")
    answer = scene.api("sara", "POST", "/cases", {**asked, "criterion": "orders_blocked"})
    yield expect_status(answer, 201, "urgent technical support: orders are blocked")
    mail = newest_mail(scene, agent, answer.json()["number"], *known)
    yield f"[{mail.language}] {agent}: {mail.subject}"


def newest_mail(scene: Scene, mailbox: str, number: str, *known: str) -> Received:
    """Return the newest mail about a case that is none of those known, as soon as it is there."""
    found: list[Received] = []

    def has_come() -> bool:
        found[:] = [
            mail
            for mail in scene.mailbox.to(mailbox)
            if mail.key not in known and f"/cases/{number}" in mail.body("html")
        ]
        return bool(found)

    wait_until(scene, has_come, _WITHIN, f"{mailbox} got no mail about case {number}")
    return found[0]


def _thread_of(mail: Received) -> str:
    return str(mail.message.get("References", "")).split(" ")[0]
