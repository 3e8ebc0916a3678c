"""A partner's trouble, seen first: errors rise, worsen, and heal; and a pause that keeps silent (S5, S6, S7).

The calls are those of the last two hours, and the rules are asked minute by minute as if those were passing; the
ticker, which asks for the present minute alone, waits meanwhile. Everything else happens now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from liaison.demo.acts_of_alerts import new_key
from liaison.demo.acts_of_escalation import PAGER
from liaison.demo.cast import LANTERNA
from liaison.demo.story import Scene, expect, expect_status, wait_until
from liaison.demo.traffic import Stretch, report
from liaison.detection.passing import alone, run_pass
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.lib.clock import utc_now
from liaison.notifications import queries
from liaison.notifications.models import DeliveryState
from liaison.probes import actions as probes
from liaison.probes.actions import CheckWish
from liaison.probes.models import HealthCheck
from liaison.probes.prober import Prober
from liaison.probes.turns import spread_late

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

    from liaison.demo.mailbox import Received

ORDERING, THINGS_TO_DO = 0, 1
"""The places of Lanterna's integrations in the cast."""

_WITHIN: Final = 25.0
_MINUTE: Final = timedelta(minutes=1)
_ACTIONS: Final = ("Checkout", "SubmitOrder")
# The story's minutes, counted from its beginning: well, then four of ten orders fail, then nearly all, then well.
_RISE, _WORSE, _DOWN, _UP, _WELL, _END = 10, 20, 40, 46, 45, 110
_BOTH: Final = ("rules:check", "rules:calls")
_ALERTS: Final = tuple(f"{key}@{LANTERNA.slug}.test" for key in LANTERNA.alert_contacts)


def well(scene: Scene) -> Iterator[str]:
    scene.kept.enter_context(alone())
    began = utc_now().replace(second=0, microsecond=0) - (_END + 2) * _MINUTE
    scene.facts["began"] = began.isoformat()
    scene.facts["signals key"] = new_key(scene, LANTERNA.slug, EnvironmentName.PRODUCTION)
    calls = Stretch(began, _RISE, _ACTIONS)
    yield _reported(scene, calls, "well")
    again = report(scene.browser("nobody"), scene.facts["signals key"], [calls], "well")
    expect(again.json()["is_repeat"], "the same batch counted twice")
    yield "the same batch again: it counts once"
    _judge(scene, 5, _RISE)
    expect(not _incidents(scene), "somebody would have been told although all went well")
    yield "no rule finds anything"


def errors_rise(scene: Scene) -> Iterator[str]:
    yield _reported(scene, Stretch(_at(scene, _RISE), _WORSE - _RISE, _ACTIONS, failing=0.4), "rising")
    _judge(scene, _RISE + 1, _WORSE)
    incident = _only(scene, "rules:calls")
    scene.facts["errors"] = incident.public_id
    yield f"incident {incident.public_id}: {title_of(incident)}, {incident.severity}"
    expect(incident.severity == "error", f"its severity is {incident.severity}")
    yield from _owed(incident)
    for address in _ALERTS:
        mail = _mail(scene, address, incident)
        expect("HTTP 500" in mail.body("plain"), f"the mail to {address} holds no evidence")
        yield f"[{mail.language}] {address}: {mail.subject}"
    expect(not _mails(scene, PAGER, incident), "somebody was paged for less than an emergency")
    yield "nobody is paged"


def partner_answers(scene: Scene) -> Iterator[str]:
    found = scene.api("sara", "GET", "/expectations?open=true")
    yield expect_status(found, 200, "GET /api/v1/expectations?open=true, as its alert contact")
    one = next(one for one in found.json()["items"] if one["subject_kind"] == "incident")
    yield f"expected: {one['expected']}, by {one['due_at']}"
    said = {"answer": "working", "estimate_at": (utc_now() + timedelta(hours=1)).isoformat()}
    answer = scene.api("sara", "POST", f"/expectations/{one['id']}/answers", said)
    yield expect_status(answer, 201, "POST …/answers: working, with an estimate")
    yield f"the next answer is due at {answer.json()['due_at']}"


def it_worsens(scene: Scene) -> Iterator[str]:
    yield _reported(scene, Stretch(_at(scene, _WORSE), _WELL - _WORSE, _ACTIONS, failing=0.95), "worse")
    _judge(scene, _WORSE + 1, _DOWN)
    incident = _only(scene, "rules:calls")
    expect(incident.public_id == scene.facts["errors"], "it became a second incident")
    expect(incident.severity == "critical", f"its severity is {incident.severity}")
    yield f"incident {incident.public_id}: {title_of(incident)}, {incident.severity}"
    mail = _mail(scene, PAGER, incident)
    yield f"[{mail.language}] {PAGER}: {mail.subject}"


def disabled(scene: Scene) -> Iterator[str]:
    scene.partner.start()
    scene.partner.stop()  # its address is known, and nobody answers there
    with transaction.atomic():
        check = probes.set_health_check(
            actor=scene.person("luca"),
            environment=_environment(scene, ORDERING),
            wish=CheckWish(url=scene.partner.url, interval_seconds=3600, timeout_seconds=1, is_on=True),
            now=_at(scene, _DOWN - 1),
        )
        spread_late(utc_now())
    for number in range(5):
        asked = _asked(scene, check, _at(scene, _DOWN + number))
        yield f"request {number + 1}: {asked.last_outcome}, {asked.unanswered_in_a_row} in a row"
    _judge(scene, _DOWN + 1, _DOWN + 5)
    integration = Integration.objects.get(pk=check.environment.integration_id)
    expect(integration.status == "disabled", f"the integration is {integration.status}")
    incident = _only(scene, "rules:check")
    yield f"incident {incident.public_id}: {title_of(incident)}; the integration is {integration.status}"
    mail = _mail(scene, PAGER, incident)
    yield f"[{mail.language}] {PAGER}: {mail.subject}"


def healed(scene: Scene) -> Iterator[str]:
    scene.partner.start()
    check = HealthCheck.objects.select_related("environment").get(environment=_environment(scene, ORDERING))
    asked = _asked(scene, check, _at(scene, _UP))
    yield f"the health check: {asked.last_outcome}"
    expect(asked.last_outcome == "healthy", f"the health check is {asked.last_outcome}")
    yield _reported(scene, Stretch(_at(scene, _WELL), _END - _WELL, _ACTIONS), "well-again")
    known = {key: {mail.subject for mail in _mails(scene, PAGER, _only(scene, key))} for key in _BOTH}
    _judge(scene, _UP + 1, _END)
    integration = Integration.objects.get(pk=check.environment.integration_id)
    expect(integration.status == "live", f"the integration is {integration.status}")
    yield f"the integration is {integration.status} again, by itself"
    for key, before in known.items():
        incident = _only(scene, key)
        expect(incident.resolved_at is not None, f"{title_of(incident)} is {incident.state}")
        last = _mail(scene, PAGER, incident, besides=before)
        yield f"[{last.language}] {PAGER}: {last.subject}"


def pause_keeps_silent(scene: Scene) -> Iterator[str]:
    public_id = scene.stage.integrations[LANTERNA.slug][THINGS_TO_DO].public_id
    until = (utc_now() + timedelta(hours=1)).isoformat()
    asked = {"until": until, "reason": "Nuovo server delle prenotazioni"}
    paused = scene.api("luca", "POST", f"/integrations/{public_id}/pauses", asked)
    yield expect_status(paused, 201, f"POST /api/v1/integrations/{public_id}/pauses, for one hour")
    staff = scene.person("administrator").mailbox
    wait_until(scene, lambda: any(asked["reason"] in m.body("plain") for m in scene.mailbox.to(staff)), _WITHIN, staff)
    yield f"{staff} is told, with the reason"
    minutes = 30
    now = utc_now().replace(second=0, microsecond=0)
    key = _key_of(scene, THINGS_TO_DO)
    calls = Stretch(now - minutes * _MINUTE, minutes, ("CreateBooking",), failing=0.5)
    yield expect_status(report(scene.browser("nobody"), key, [calls], "pause"), 202, "half of the bookings fail")
    for number in range(minutes - 6, minutes + 1):
        run_pass(calls.start + number * _MINUTE, now=utc_now())
    incident = Incident.objects.get(environment=_environment(scene, THINGS_TO_DO), dedup_key="rules:calls")
    lines = queries.announcements_about("incident", str(incident.pk))[0].deliveries
    expect(lines, "nothing was recorded")
    for line in lines:
        expect(line.state == DeliveryState.SUPPRESSED, f"{line.address}: {line.state}")
    yield f"incident {incident.public_id}: {title_of(incident)}"
    yield f"{len(lines)} messages not sent, because: {lines[0].state_reason}"
    resumed = scene.api("luca", "DELETE", f"/integrations/{public_id}/pause")
    yield expect_status(resumed, 204, "the pause is over")
    run_pass(now, now=utc_now())
    about = [mail for mail in scene.mailbox.mails() if incident.public_id in mail.body("html")]
    expect(not about, f"{len(about)} mails tell of what went wrong during the pause")
    yield "nobody is told of what went wrong during the pause"
    scene.kept.close()


def _at(scene: Scene, minute: int) -> datetime:
    return datetime.fromisoformat(scene.facts["began"]) + minute * _MINUTE


def _judge(scene: Scene, first: int, last: int) -> None:
    """Ask the rules at each minute of the story from the first to the last; what they find is told now."""
    for minute in range(first, last + 1):
        run_pass(_at(scene, minute), now=utc_now())


def _reported(scene: Scene, calls: Stretch, name: str) -> str:
    answer = report(scene.browser("nobody"), scene.facts["signals key"], [calls], name)
    said = f"{calls.minutes} minutes of calls, {calls.failing:.0%} of them failing"
    return f"{expect_status(answer, 202, said)}, {answer.json()['accepted']} lines"


def _asked(scene: Scene, check: HealthCheck, at: datetime) -> HealthCheck:
    """Let the prober ask as if it were `at`, and the ticker's own prober, for which it is long overdue, not."""
    prober = Prober(threads=1, clock=lambda: at)
    with transaction.atomic():  # the ticker passes over rows that are locked
        probes.ask_now(actor=scene.person("luca"), check=check, now=at)
        prober.run(at)
        spread_late(utc_now())
    prober.close()
    found = HealthCheck.objects.select_related("environment__integration__account").get(pk=check.pk)
    expect(found.last_at == at, f"the health check was not made; the last one was at {found.last_at}")
    return found


def _environment(scene: Scene, place: int) -> Environment:
    integration = scene.stage.integrations[LANTERNA.slug][place]
    found = Environment.objects.select_related("integration__account")
    return found.get(integration=integration, name=EnvironmentName.PRODUCTION)


def _key_of(scene: Scene, place: int) -> str:
    public_id = scene.stage.integrations[LANTERNA.slug][place].public_id
    path = f"/integrations/{public_id}/environments/{EnvironmentName.PRODUCTION}/intake-keys"
    answer = scene.api("administrator", "POST", path, {"name": "Signals of the demo"})
    expect_status(answer, 201, f"POST /api/v1{path}")
    return str(answer.json()["secret"])


def _incidents(scene: Scene) -> QuerySet[Incident]:
    return Incident.objects.filter(environment=_environment(scene, ORDERING), source="rules")


def _only(scene: Scene, key: str) -> Incident:
    found = list(_incidents(scene).filter(dedup_key=key))
    expect(len(found) == 1, f"{len(found)} incidents of {key}")
    return found[0]


def _owed(incident: Incident) -> Iterator[str]:
    for line in queries.announcements_about("incident", str(incident.pk))[0].deliveries:
        yield f"{line.address} by {line.channel}, in {line.language}: {line.state}"


def _mails(scene: Scene, address: str, incident: Incident) -> list[Received]:
    return [mail for mail in scene.mailbox.to(address) if incident.public_id in mail.body("html")]


def _mail(scene: Scene, address: str, incident: Incident, *, besides: Collection[str] = ()) -> Received:
    """Wait for a mail about the incident with another subject than those known; return it."""

    def found() -> list[Received]:
        return [mail for mail in _mails(scene, address, incident) if mail.subject not in besides]

    wait_until(scene, lambda: bool(found()), _WITHIN, f"{address} has no such mail about {incident.public_id}")
    return found()[-1]
