"""From the intake key to the last mail: what the story shows about alerts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.utils import translation

from liaison.demo.cast import HANA, LANTERNA, WISLA
from liaison.demo.opening import INTAKE
from liaison.demo.story import Scene, StepFailedError, expect, expect_status, payload, wait_until
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.integrations.models import EnvironmentName
from liaison.notifications import queries
from liaison.notifications.models import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.demo.client import Answer
    from liaison.notifications.queries import DeliveryLine

ALERT, RESOLVED, HARMLESS = "firing-critical.json", "resolved-critical.json", "firing-unknown-severity.json"
_ACCEPTED_WITHIN = 25.0
_WHY = "Why did I get this message?"
_LANGUAGES = ("en", "ko", "zh-hans", "it", "pl")


def intake_key(scene: Scene) -> Iterator[str]:
    scene.facts["hana key"] = new_key(scene, HANA.slug, EnvironmentName.PRODUCTION)
    yield "POST /api/v1/integrations/…/environments/production/intake-keys: HTTP 201, the key is shown once"
    before = Incident.objects.count()
    yield expect_status(post_alert(scene, ALERT, key=""), 401, "without a key")
    yield expect_status(post_alert(scene, ALERT, key="lk_unknown"), 401, "with an unknown key")
    wrong = post_alert(scene, ALERT, key=scene.facts["hana key"], query="?environment=sandbox")
    yield expect_status(wrong, 422, "a production key from a sender that means the sandbox")
    broken = _send(scene, b'{"version": "4", "alerts": [', scene.facts["hana key"])
    yield expect_status(broken, 400, "broken JSON")
    expect(Incident.objects.count() == before, "something of it was stored")
    yield "nothing of it was stored"


def who_would_be_told(scene: Scene) -> Iterator[str]:
    answer = scene.api("seoyun", "GET", f"/accounts/{HANA.slug}/plan?topic=critical")
    yield expect_status(answer, 200, f"GET /api/v1/accounts/{HANA.slug}/plan?topic=critical")
    plan = answer.json()
    expect(plan["told"], "nobody would be told")
    for one in plan["told"]:
        reasons = ", ".join(because["reason"] for because in one["because"])
        yield f"{one['address']} by {one['channel']}, in {one['language']}, {one['time_zone']}: {reasons}"
    for one in plan["not_told"]:
        yield f"not {one['address'] or one['name']}: {one['withheld']}"
    scene.facts["planned"] = " ".join(sorted(one["address"] for one in plan["told"]))


def alert_comes_in(scene: Scene) -> Iterator[str]:
    answer = post_alert(scene, ALERT, key=scene.facts["hana key"])
    yield expect_status(answer, 200, f"POST {INTAKE}")
    incident = only_incident(answer)
    scene.facts["incident"] = incident.public_id
    yield f"incident {incident.public_id}: {title_of(incident)}, {incident.severity}"
    told = sorted(line.address for line in _deliveries(incident) if line.state != DeliveryState.SUPPRESSED)
    expect(" ".join(told) == scene.facts["planned"], f"the plan said {scene.facts['planned']}, not {told}")
    yield "whom the plan named, and nobody else, is owed a message"


def accepted(scene: Scene) -> Iterator[str]:
    incident = _incident(scene)

    def pending() -> list[DeliveryLine]:
        return [line for line in _deliveries(incident) if line.is_open]

    why = f"messages still wait after {_ACCEPTED_WITHIN:.0f} s: does a worker run? (`liaison worker`)"
    try:
        wait_until(scene, lambda: not pending(), _ACCEPTED_WITHIN, why)
    except StepFailedError:
        for line in pending():
            tries = [f"{one.outcome} {one.code} {one.detail}" for one in line.message.attempts] if line.message else []
            yield f"{line.address}: {line.shown_state}, tries: {'; '.join(tries) or 'none'}"
        raise
    for line in _deliveries(incident):
        if line.state == DeliveryState.SUPPRESSED:
            continue
        expect(line.state == DeliveryState.ACCEPTED, f"{line.address}: {line.state} {line.state_reason}")
        expect(line.message is not None and line.message.message_id, f"{line.address} has no Message-ID")
        message_id = line.message.message_id if line.message else ""
        yield f"{line.address}: accepted after {line.milliseconds} ms as {message_id}"


def mails_arrived(scene: Scene) -> Iterator[str]:
    languages = set()
    for line in _told(_incident(scene)):
        mails = [mail for mail in scene.mailbox.to(line.address) if _has_id(mail.message_id, line)]
        expect(len(mails) == 1, f"{line.address} has {len(mails)} mails with that Message-ID")
        mail = mails[0]
        expect(mail.language.lower() == line.language.lower(), f"{line.address}: {mail.language}, not {line.language}")
        expect(mail.message["Auto-Submitted"] == "auto-generated", "the mail does not say that it is automatic")
        expect(mail.body("html").strip(), "the mail has no HTML body")
        why = _why_in(line.language)
        expect(line.language == "en" or why != _WHY, f"{_WHY!r} is not translated into {line.language}")
        expect(why in mail.body("plain"), f"the mail to {line.address} does not say {why!r}")
        languages.add(line.language)
        yield f"[{mail.language}] {line.address}: {mail.subject}"
    expect(languages == set(_LANGUAGES), f"only these languages: {sorted(languages)}")


def proof_on_the_page(scene: Scene) -> Iterator[str]:
    path = f"/u/0/incidents/{scene.facts['incident']}/"
    ended, page = scene.browser("seoyun").follow(path)
    yield expect_status(page, 200, f"GET {ended}")
    for line in _told(_incident(scene)):
        for words in (line.address, line.message.message_id.strip("<>") if line.message else ""):
            expect(words and words in page.text, f"the page does not show {words!r}")
    yield "it shows each recipient with the Message-ID"
    outsider = scene.browser("luca").follow("/demo/sign-in/luca")[1]
    yield expect_status(outsider, 200, "somebody of another partner signs in")
    yield expect_status(scene.browser("luca").follow(path)[1], 404, "and asks for the same page")


def same_alert_again(scene: Scene) -> Iterator[str]:
    mails = _mails_about(scene, scene.facts["incident"])
    answer = post_alert(scene, ALERT, key=scene.facts["hana key"])
    yield expect_status(answer, 200, f"POST {INTAKE}, byte for byte the same")
    incident = only_incident(answer)
    expect(incident.public_id == scene.facts["incident"], "it became a second incident")
    yield f"incident {incident.public_id}, received {incident.times_received} times"
    expect(incident.times_received == 2, f"it was received {incident.times_received} times")  # noqa: PLR2004
    expect(len(_announcements(incident)) == 1, "people were told again")
    expect(_mails_about(scene, incident.public_id) == mails, "more mails were sent")
    yield "no further message"


def resolved(scene: Scene) -> Iterator[str]:
    answer = post_alert(scene, RESOLVED, key=scene.facts["hana key"])
    yield expect_status(answer, 200, f"POST {INTAKE}, resolved")
    incident = _incident(scene)
    expect(incident.resolved_at is not None, "the incident is still open")
    first, last = _announcements(incident)[0], _announcements(incident)[-1]
    expect(first != last, "nobody was told that it is over")
    before = {line.address for line in first.deliveries if line.state == DeliveryState.ACCEPTED}
    after = {line.address for line in last.deliveries if line.state != DeliveryState.SUPPRESSED}
    expect(before == after, f"told that it began: {sorted(before)}; that it is over: {sorted(after)}")
    yield f"{len(after)} people are told that it is over, the same who heard that it began"


def paused(scene: Scene) -> Iterator[str]:
    yield from _withheld(scene, WISLA.slug, EnvironmentName.PRODUCTION, "paused")


def sandbox(scene: Scene) -> Iterator[str]:
    yield from _withheld(scene, LANTERNA.slug, EnvironmentName.SANDBOX, "sandbox")
    listener = scene.person("luca").mailbox
    told = [line.address for line in _told(Incident.objects.get(public_id=scene.facts["sandbox incident"]))]
    expect(told == [listener], f"told: {told}")
    yield f"only {listener} is mailed, who asked for messages about the sandbox in the settings"


def _mails_about(scene: Scene, incident: str) -> int:
    return sum(incident in mail.body("html") for mail in scene.mailbox.mails())


def _withheld(scene: Scene, slug: str, name: EnvironmentName, reason: str) -> Iterator[str]:
    """Post an alert to an environment whose people must not be told of it, and show why they are not."""
    answer = post_alert(scene, HARMLESS, key=new_key(scene, slug, name))
    yield expect_status(answer, 200, f"POST {INTAKE}")
    incident = only_incident(answer)
    scene.facts[f"{name} incident"] = incident.public_id
    suppressed = [line for line in _deliveries(incident) if line.state == DeliveryState.SUPPRESSED]
    expect(suppressed, "nobody is listed as suppressed")
    for line in suppressed:
        expect(line.state_reason == reason, f"{line.address}: {line.state_reason}, not {reason}")
        about = [mail for mail in scene.mailbox.to(line.address) if incident.public_id in mail.body("html")]
        expect(not about or name == EnvironmentName.SANDBOX, "a mail was sent")
        yield f"not told: {line.address}, because: {line.state_reason}"


def new_key(scene: Scene, slug: str, environment: EnvironmentName) -> str:
    public_id = scene.stage.integrations[slug][0].public_id
    path = f"/integrations/{public_id}/environments/{environment}/intake-keys"
    answer = scene.api("administrator", "POST", path, {"name": "Alertmanager of the demo"})
    expect_status(answer, 201, f"POST /api/v1{path}")
    return str(answer.json()["secret"])


def post_alert(scene: Scene, name: str, *, key: str, query: str = "") -> Answer:
    return _send(scene, payload(name), key, query)


def _send(scene: Scene, body: bytes, key: str, query: str = "") -> Answer:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    return scene.browser("nobody").send("POST", INTAKE + query, body, headers)


def only_incident(answer: Answer) -> Incident:
    listed = json.loads(answer.text)["incidents"]
    expect(len(listed) == 1, f"the answer lists {len(listed)} incidents")
    return Incident.objects.get(public_id=listed[0]["id"])


def _incident(scene: Scene) -> Incident:
    return Incident.objects.get(public_id=scene.facts["incident"])


def _announcements(incident: Incident) -> tuple[queries.AnnouncementLine, ...]:
    return queries.announcements_about("incident", str(incident.pk))


def _deliveries(incident: Incident) -> tuple[DeliveryLine, ...]:
    """Return what was owed when the incident began."""
    found = _announcements(incident)
    return found[0].deliveries if found else ()


def _told(incident: Incident) -> list[DeliveryLine]:
    return [line for line in _deliveries(incident) if line.state != DeliveryState.SUPPRESSED]


def _why_in(language: str) -> str:
    """Return the heading that every mail has, in its reader's language."""
    with translation.override(language):
        return translation.gettext(_WHY)


def _has_id(message_id: str, line: DeliveryLine) -> bool:
    return line.message is not None and message_id.strip("<>") == line.message.message_id.strip("<>")
