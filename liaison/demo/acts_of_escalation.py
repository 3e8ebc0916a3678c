"""From the alert at night to "I have it": what the story shows about escalations and webhooks (section R)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils import translation

from liaison.catalog.vocabulary import ContactField
from liaison.demo.acts_of_alerts import ALERT, new_key, only_incident, post_alert
from liaison.demo.cast import HANA, LANTERNA
from liaison.demo.client import Browser
from liaison.demo.mailbox import REFUSED_DOMAIN
from liaison.demo.story import Scene, expect, expect_status, wait_until
from liaison.integrations.models import EnvironmentName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.demo.mailbox import Received
    from liaison.demo.receiver import Call

GONE = f"night-desk@{REFUSED_DOMAIN}"
PAGER = f"pager@{LANTERNA.slug}.test"
_TAKER = "Paolo Neri"
_WITHIN = 25.0
_ITALIAN = {"Accept-Language": "it"}
_MINUTE = timedelta(minutes=1)
_LINK = re.compile(r'href="([^"]+/acknowledge/[^"]+)"')
_ABOUT = "/incidents/"  # in the link of every mail about one
_SENTENCE = re.compile(r'<p class="ladder-next">(.*?)</p>', re.DOTALL)
_YOU = "You have it. Nobody else is called, and everybody who was told knows that you have it."


def first_is_called(scene: Scene) -> Iterator[str]:
    escalation = _escalation(scene, "seoyun", scene.facts["incident"])
    (step,) = escalation["steps"]
    expect(escalation["state"] == "running", f"the escalation is {escalation['state']}")
    yield f"called at {step['at']}: {', '.join(one['name'] for one in step['called'])}"
    first, *others = [scene.person(key) for key in HANA.alert_contacts]
    mail = _mail_with_link(scene, first.mailbox)
    yield f"[{mail.language}] {first.mailbox}: {_button(mail)}"
    told = [mail for person in others for mail in scene.mailbox.to(person.mailbox) if _ABOUT in mail.body("html")]
    expect(told and not any(_LINK.search(mail.body("html")) for mail in told), "others are asked to acknowledge too")
    yield f"the other {len(told)} mails say that it began, and ask nobody to acknowledge"
    page = scene.browser("seoyun").get(f"/u/0/incidents/{scene.facts['incident']}/")
    yield f"the incident's page: {_next_on(page.text, escalation)}"


def channels_and_pace(scene: Scene) -> Iterator[str]:
    pace = scene.api("luca", "PUT", f"{_account()}/contact-information/escalation", {"minutes": 1, "rounds": 2})
    yield f"{expect_status(pace, 200, 'the shortest time for an answer')}, {pace.json()['minutes']} minute"
    path = f"{_account()}/environments/production/contact-information"
    record = scene.api("luca", "GET", path).json()
    fields = {field.value: record[field.value] for field in ContactField}
    emergency = fields[ContactField.EMERGENCY]
    away = {"address": GONE, "name": "Guardia notturna", "is_shared_alias": True, "pages_somebody": True}
    fields[ContactField.EMERGENCY] = [away, *reversed(emergency)]
    answer = scene.api("luca", "PUT", path, {**fields, "version": record["version"]})
    yield expect_status(answer, 200, f"PUT /api/v1{path}")
    yield f"emergency contacts in this order: {GONE}, which refuses mail; {PAGER}; Sara Bianchi"
    scene.receiver.start()
    person = scene.person("mei")
    endpoint = {"person": person.public_id, "name": "Webhooks of the demo", "url": scene.receiver.url}
    made = scene.api("luca", "POST", f"{_account()}/endpoints", endpoint)
    yield expect_status(made, 201, f"POST /api/v1{_account()}/endpoints, for {person.name}; the secret is shown once")
    scene.facts["webhook secret"] = made.json()["secret"]


def next_is_called_at_once(scene: Scene) -> Iterator[str]:
    key = new_key(scene, LANTERNA.slug, EnvironmentName.PRODUCTION)
    answer = post_alert(scene, ALERT, key=key)
    yield expect_status(answer, 200, "POST /in/alertmanager")
    incident = only_incident(answer).public_id
    scene.facts["emergency"] = incident
    wait_until(scene, lambda: bool(_mails_with_link(scene, PAGER)), _WITHIN, f"{PAGER} was not called")
    escalation = _escalation(scene, "luca", incident)
    first, second = escalation["steps"]
    for step in (first, second):
        called = [f"{one['name']}: {one['state']}" for one in step["called"]]
        yield f"{step['at']} {', '.join(called)}"
    expect(first["called"][0]["state"] == "failed", f"the first is {first['called'][0]['state']}")
    waited = _moment(second["at"]) - _moment(first["at"])
    expect(waited < _MINUTE, f"the second was called after {waited}")
    yield f"the second was called {waited.total_seconds():.3f} s after the first, not after a minute"
    mail = _mail_with_link(scene, PAGER)
    yield f"[{mail.language}] {PAGER}: {mail.subject}"
    (later,) = escalation["upcoming"][:1]
    wait = _moment(later["at"]) - _moment(second["at"])
    expect(wait == _MINUTE, f"the next is called after {wait}")
    scene.browser("luca").follow("/demo/sign-in/luca")
    page = scene.browser("luca").get(f"/u/0/incidents/{incident}/")
    yield f"the incident's page: {_next_on(page.text, escalation)}"


def webhook_is_signed(scene: Scene) -> Iterator[str]:
    call = _call(scene, "incident.opened")
    secret = scene.facts["webhook secret"]
    yield f"POST {urlsplit(scene.receiver.url).path}, webhook-id {call.id}, webhook-timestamp {call.timestamp}"
    yield f"webhook-signature {call.headers['webhook-signature']}"
    expect(call.is_signed_with(secret), "the signature is not that of the secret")
    forged = type(call)(call.headers, call.body.replace(b"critical", b"harmless"), call.received_at)
    expect(not forged.is_signed_with(secret), "another body has the same signature")
    yield "the signature is right for these bytes, and wrong as soon as one word is another"
    data = call.event["data"]
    expect(data["incident"]["id"] == scene.facts["emergency"], "it is about another incident")
    yield f"{call.event['type']}, [{data['language']}] {data['subject']}"


def looking_changes_nothing(scene: Scene) -> Iterator[str]:
    stranger, path = Browser(scene.root), _path_of_link(scene)
    yield "a browser that is signed in nowhere"
    for method in ("GET", "HEAD"):
        answer = stranger.send(method, path, b"", _ITALIAN)
        yield expect_status(answer, 200, f"{method} the link of the mail to {PAGER}")
    state = _escalation(scene, "luca", scene.facts["emergency"])["state"]
    expect(state == "running", f"the escalation is {state}")
    yield f"the escalation is still {state}: scanners of mail follow links too"
    tampered = path.rstrip("/")[:-1] + ("A" if path.rstrip("/")[-1] != "A" else "B") + "/"
    yield expect_status(stranger.get(tampered), 404, "with one letter of the link changed")


def somebody_has_it(scene: Scene) -> Iterator[str]:
    stranger, path = Browser(scene.root), _path_of_link(scene)
    answer = stranger.post(path, [("name", _TAKER)], _ITALIAN)
    yield expect_status(answer, 200, "the button is pressed")
    expect(in_language("it", _YOU) in unescape(answer.text), "the page does not say that it is theirs")
    yield f"the page: {in_language('it', _YOU)}"
    escalation = _escalation(scene, "luca", scene.facts["emergency"])
    by = escalation["acknowledged_by"]
    expect(escalation["state"] == "acknowledged" and _TAKER in by, f"{escalation['state']}, {by!r} has it")
    yield f"{escalation['state']} by {by}, via {escalation['acknowledged_via']}"
    again = stranger.post(path, [("name", "Somebody else")], _ITALIAN)
    expect(again.status == answer.status and by in again.text, "whoever comes second does not learn who has it")
    expect(_escalation(scene, "luca", scene.facts["emergency"])["acknowledged_by"] == by, "the second took it away")
    yield f"pressed again under another name, the page says that {by} has it"


def everybody_knows(scene: Scene) -> Iterator[str]:
    for key in LANTERNA.alert_contacts:
        person = scene.person(key)
        mail = _news_for(scene, person.mailbox)
        expect(mail.language.lower() == person.language, f"{person.mailbox}: in {mail.language}")
        yield f"[{mail.language}] {person.mailbox}: {mail.subject}"
    call = _call(scene, "incident.acknowledged")
    expect(call.is_signed_with(scene.facts["webhook secret"]), "the second webhook is not signed")
    yield f"webhook {call.id}: {call.event['type']}, by {call.event['data']['acknowledged_by']}"
    nobody_else_is_called(scene)
    yield "nobody is next: the escalation has ended after its two steps"


def nobody_else_is_called(scene: Scene) -> None:
    """Fail unless the emergency's escalation has ended with the two steps that it had."""
    escalation = _escalation(scene, "luca", scene.facts["emergency"])
    expect(len(escalation["steps"]) == 2, f"{len(escalation['steps'])} steps were taken")  # noqa: PLR2004
    expect(not escalation["upcoming"], f"next would be {escalation['upcoming']}")


def in_language(language: str, words: str) -> str:
    with translation.override(language):
        return translation.gettext(words)


def _account() -> str:
    return f"/accounts/{LANTERNA.slug}"


def _escalation(scene: Scene, reader: str, incident: str) -> Any:
    answer = scene.api(reader, "GET", f"/incidents/{incident}/escalation")
    expect_status(answer, 200, f"GET /api/v1/incidents/{incident}/escalation")
    expect(answer.json(), "nobody was called")
    return answer.json()


def _mail_with_link(scene: Scene, address: str) -> Received:
    mails = _mails_with_link(scene, address)
    expect(len(mails) == 1, f"{address} has {len(mails)} mails with a button")
    return mails[0]


def _mails_with_link(scene: Scene, address: str) -> list[Received]:
    return [mail for mail in scene.mailbox.to(address) if _LINK.search(mail.body("html"))]


def _news_for(scene: Scene, address: str) -> Received:
    """Return the mail that says who has it."""

    def news() -> list[Received]:
        return [mail for mail in scene.mailbox.to(address) if _TAKER in mail.body("plain")]

    wait_until(scene, lambda: bool(news()), _WITHIN, f"{address} was not told who has it")
    expect(len(news()) == 1, f"{address} was told {len(news())} times who has it")
    return news()[0]


def _button(mail: Received) -> str:
    words = in_language(mail.language.lower(), "Acknowledge")
    expect(words in mail.body("html"), f"the mail has no button {words!r}")
    return f"{mail.subject}, with the button “{words}”"


def _path_of_link(scene: Scene) -> str:
    found = _LINK.search(_mail_with_link(scene, PAGER).body("html"))
    return urlsplit(unescape(found[1])).path if found else ""


def _next_on(page: str, escalation: Any) -> str:
    """Return the page's sentence about who is called next, and when."""
    found = _SENTENCE.search(page)
    expect(found, "the page does not say who is next")
    sentence = unescape(" ".join(found[1].split())) if found else ""
    names = escalation["upcoming"][0]["names"]
    expect(all(name in sentence for name in names), f"the page says {sentence!r}, and not {names}")
    return sentence


def _call(scene: Scene, kind: str) -> Call:
    def calls() -> list[Call]:
        return [call for call in scene.receiver.calls if call.event["type"] == kind]

    wait_until(scene, lambda: bool(calls()), _WITHIN, f"no webhook {kind} came")
    expect(len(calls()) == 1, f"{len(calls())} webhooks {kind} came")
    return calls()[0]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
