"""Addresses that are true and moments that are right: a mail that comes back, a drill, and a weekend's digest (C7)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import transaction

from liaison.catalog.vocabulary import ContactField
from liaison.demo.acts_of_escalation import in_language
from liaison.demo.cast import LANTERNA, WISLA
from liaison.demo.client import Browser
from liaison.demo.returns import LEFT_DOMAIN, WORDS
from liaison.demo.story import Scene, expect, expect_status, wait_until
from liaison.lib.clock import utc_now
from liaison.notices import actions as notices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.demo.mailbox import Received

LEFT = f"bartek@{LEFT_DOMAIN}"
_ENGINEERS = f"engineering@{WISLA.slug}.test"
_READER = f"duty-desk@{WISLA.slug}.test"
_ADMINISTRATOR = f"tomasz@{WISLA.slug}.test"
_WITHIN = 25.0
_FRIDAY, _EVENING, _WEEK = 5, 18, 7
_ANSWER = re.compile(r'href="([^"]+/drill-answers/[^"]+)"')
_TITLES = (
    "Stolik pod złym adresem / A table at the wrong address",
    "Gość bez potwierdzenia / A guest without confirmation",
    "Zmiana godzin w święta / Hours on public holidays",
)


def named_and_told(scene: Scene) -> Iterator[str]:
    answer = _name_engineers(scene, LEFT)
    yield expect_status(answer, 200, f"PUT …/contact-information: the technical non-emergency contact is {LEFT}")
    wait_until(scene, lambda: bool(_to(scene, LEFT)), _WITHIN, f"{LEFT} was not told")
    (mail,) = _to(scene, LEFT)
    yield f"[{mail.language}] {LEFT}: {mail.subject}"
    expect(mail.sender.startswith("b+"), f"the envelope's sender is {mail.sender}")
    yield f"from the envelope {mail.sender}, which is this one message's own"


def comes_back(scene: Scene) -> Iterator[str]:
    wait_until(scene, lambda: _standing(scene, LEFT) == "unreachable", _WITHIN, f"{LEFT} is {_standing(scene, LEFT)}")
    reached = _reachability(scene)
    (entry,) = [one for one in reached["contacts"] if one["address"] == LEFT]
    expect(WORDS.partition(" ")[2] in entry["answer"], f"the other server's words are {entry['answer']!r}")
    yield f"{LEFT} is {entry['verification']}: {entry['answer']}"
    wait_until(scene, lambda: bool(_reminders(scene)), _WITHIN, "the administrator was not reminded")
    reminder = _reminders(scene)[0]
    yield f"[{reminder.language}] {_ADMINISTRATOR}: {reminder.subject}"
    scene.browser("tomasz").follow("/demo/sign-in/tomasz")
    page = scene.browser("tomasz").get("/u/0/contact-information/")
    yield expect_status(page, 200, "the record's page is open, nothing is locked")
    expect(LEFT in unescape(page.text), "the page does not name the address")
    yield f"reachability {reached['points']} of 100: {'; '.join(reason['text'] for reason in reached['reasons'][:2])}"


def mended(scene: Scene) -> Iterator[str]:
    before = _reachability(scene)["points"]
    yield expect_status(_name_engineers(scene, _ENGINEERS), 200, f"PUT …/contact-information: now {_ENGINEERS}")
    wait_until(scene, lambda: bool(_to(scene, _ENGINEERS)), _WITHIN, f"{_ENGINEERS} was not told")
    after = _reachability(scene)["points"]
    expect(after > before, f"reachability went from {before} to {after}")
    yield f"reachability {after} of 100"


def drill(scene: Scene) -> Iterator[str]:
    path = f"/accounts/{LANTERNA.slug}/drills"
    begun = scene.api("luca", "POST", path, {"field": ContactField.ALERT.value, "everybody": True})
    yield expect_status(begun, 201, f"POST /api/v1{path}, of the alert contacts; everybody is to answer")
    for number, key in enumerate(LANTERNA.alert_contacts, start=1):
        person = scene.person(key)
        mail = _drill_mail(scene, person.mailbox)
        marked = _marked(person.language)
        expect(mail.subject == marked, f"the subject is not {marked!r}: {mail.subject}")
        yield f"[{mail.language}] {person.mailbox}: {mail.subject}"
        link = _ANSWER.search(mail.body("html"))
        answer_path = urlsplit(unescape(link[1])).path if link else ""
        stranger = Browser(scene.root)
        expect_status(stranger.get(answer_path), 200, "GET the link")
        expect(_drill(scene, begun)["answered"] == number - 1, "looking at the link answered it")
        expect_status(stranger.post(answer_path, []), 200, "POST the link")
    wait_until(scene, lambda: _drill(scene, begun)["outcome"] is not None, _WITHIN, "the drill does not end")
    shown = _drill(scene, begun)
    expect(shown["answered"] == shown["told"] == len(LANTERNA.alert_contacts), f"{shown['answered']} answered")
    for one in shown["people"]:
        yield f"{one['name']}: told {one['told_at']}, answered after {one['seconds']} s"
    yield f"{shown['outcome']}: {shown['answered']} of {shown['told']} answered; no emergency contact was told"
    pager = [mail for mail in _to(scene, f"pager@{LANTERNA.slug}.test") if mail.subject == _marked("it")]
    expect(not pager, "the pager was woken")


def digest_after_the_weekend(scene: Scene) -> Iterator[str]:
    path = f"/accounts/{WISLA.slug}/contact-information/digest"
    chosen = scene.api("tomasz", "PUT", path, {"waits_for_hours": True, "holiday_region": "PL"})
    yield expect_status(chosen, 200, f"PUT /api/v1{path}: what is not urgent waits for the support hours")
    said_at = _last_friday_evening()
    with transaction.atomic():  # as it was then: the first does not leave while the second is written
        for number, title in enumerate(_TITLES):
            notices.raise_notice(
                actor=scene.person("administrator"), account=scene.stage.accounts[WISLA.slug],
                topic="user_escalation", title=title, text=title, language="pl", expected="",
                now=said_at + timedelta(hours=number * 14),
            )  # fmt: skip
    yield f"three user escalations, dated from {said_at:%A %H:%M} on (the clock of the story is turned back)"
    wait_until(scene, lambda: bool(_with_titles(scene)), _WITHIN, "the digest did not come")
    mails = _with_titles(scene)
    expect(len(mails) == 1, f"{_READER} has {len(mails)} mails about them")
    expect(all(title in mails[0].body("plain") for title in _TITLES), "the digest leaves something out")
    yield f"[{mails[0].language}] {_READER}: one mail, {mails[0].subject}"
    items = scene.api("tomasz", "GET", f"/deliveries?account={WISLA.slug}&limit=50").json()["items"]
    held = [one for one in items if one["address"] == _READER and one["held"]]
    expect(len(held) == len(_TITLES), f"{len(held)} deliveries say that they waited")
    for one in held[:1]:
        yield f"each says why it waited: {one['held'][-1]['because']} until {one['held'][-1]['until']}"


def _name_engineers(scene: Scene, address: str) -> Any:
    path = f"/accounts/{WISLA.slug}/environments/production/contact-information"
    record = scene.api("tomasz", "GET", path).json()
    fields = {field.value: record[field.value] for field in ContactField}
    fields[ContactField.NON_EMERGENCY] = [{"address": address, "name": "Bartek Nowak", "is_shared_alias": False}]
    return scene.api("tomasz", "PUT", path, {**fields, "version": record["version"]})


def _reachability(scene: Scene) -> Any:
    answer = scene.api("tomasz", "GET", f"/accounts/{WISLA.slug}/contact-information/reachability")
    expect(answer.status == HTTPStatus.OK, f"reachability: HTTP {answer.status}")
    return answer.json()


def _standing(scene: Scene, address: str) -> str:
    states = [one["verification"] for one in _reachability(scene)["contacts"] if one["address"] == address]
    return states[0] if states else "not there"


def _to(scene: Scene, address: str) -> list[Received]:
    return list(scene.mailbox.to(address))


def _reminders(scene: Scene) -> list[Received]:
    return [mail for mail in _to(scene, _ADMINISTRATOR) if LEFT in mail.body("plain")]


def _drill(scene: Scene, begun: Any) -> Any:
    return scene.api("luca", "GET", f"/drills/{begun.json()['id']}").json()


def _drill_mail(scene: Scene, address: str) -> Received:
    def found() -> list[Received]:
        return [mail for mail in _to(scene, address) if _ANSWER.search(mail.body("html"))]

    wait_until(scene, lambda: bool(found()), _WITHIN, f"{address} was not told of the drill")
    return found()[0]


def _marked(language: str) -> str:
    """Return the subject of the drill's mails, which begins with the mark."""
    words = in_language(language, "DRILL: nothing is wrong (%(account)s)")
    expect(language == "en" or not words.startswith("DRILL"), f"the mark is not translated into {language}")
    return words % {"account": LANTERNA.name}


def _with_titles(scene: Scene) -> list[Received]:
    return [mail for mail in _to(scene, _READER) if any(title in mail.body("plain") for title in _TITLES)]


def _last_friday_evening() -> datetime:
    """Return the last Friday, 18:00 in Warsaw, that has a Monday between it and now."""
    zone = ZoneInfo(WISLA.time_zone)
    today = utc_now().astimezone(zone)
    monday = today - timedelta(days=today.isoweekday() - 1)
    if today < monday.replace(hour=9, minute=0, second=0, microsecond=0):
        monday -= timedelta(days=_WEEK)
    return (monday - timedelta(days=_WEEK - _FRIDAY + 1)).replace(hour=_EVENING, minute=0, second=0, microsecond=0)
