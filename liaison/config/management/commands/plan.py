"""`liaison plan`: who would be told of a problem at a moment, and why, by the function that tells them (R1)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.management import BaseCommand, CommandError

from liaison.accounts.access import account_for
from liaison.accounts.actors import System
from liaison.health.preview import Preview, preview_for
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid, Missing, Refusal
from liaison.notifications import wording as why
from liaison.web import wording

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from liaison.notifications.facts import Planned

_COMMAND = System("command")
_MINUTE = "%Y-%m-%d %H:%M"


class Command(BaseCommand):
    help = "Says who would be told about something, at a moment, and why; and who would not, and why not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--account", required=True, help="the account's short name, as in its addresses")
        parser.add_argument("--topic", required=True, help="production_alert, technical_emergency, or a severity")
        parser.add_argument("--at", type=_local_time, help="a local time, 2026-03-29T02:30; now without it")
        parser.add_argument("--zone", default="UTC", help="the time zone that --at is meant in, Europe/Rome")
        parser.add_argument("--environment", default="production", help="production (usual) or sandbox")
        parser.add_argument("--integration", default="", help="a kind or id; the launched one without it")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *words: Any, **options: Any) -> None:
        found = self._preview(options)
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(found), ensure_ascii=False, indent=2))
            return
        for line in _as_lines(found):
            self.stdout.write(line)

    def _preview(self, options: dict[str, Any]) -> Preview:
        try:
            return preview_for(
                _COMMAND,
                account_for(_COMMAND, options["account"]),
                options["topic"],
                now=utc_now(),
                environment=options["environment"],
                integration=options["integration"],
                at_local=options["at"],
                zone=options["zone"],
            )
        except Missing as problem:
            raise CommandError(f"There is no account {options['account']!r}.") from problem
        except Invalid as invalid:
            lines = [f"--{problem.field}: {wording.text(problem.code, problem.facts)}" for problem in invalid.problems]
            raise CommandError("\n".join(lines)) from invalid
        except Refusal as refusal:
            raise CommandError(wording.text_of(refusal)) from refusal


def _local_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(f"--at {text!r} is no date and time; write 2026-03-29T02:30.") from problem
    if moment.tzinfo is not None:
        raise CommandError("--at is a local time; name its zone with --zone.")
    return moment


def _as_lines(found: Preview) -> Iterator[str]:
    yield f"{found.account.name}, {found.integration.kind}, {found.environment}: {', '.join(found.topics)}"
    yield _moment_line(found)
    yield ""
    yield from _table("told", found.plan.told, _reasons)
    if not found.plan.told:
        yield "Nobody is told."
    if found.plan.nobody:
        yield f"Nobody can be reached for {', '.join(found.plan.nobody)}: a staff alarm is raised."
    if found.plan.not_told:
        yield ""
        yield from _table("not told", found.plan.not_told, _why_not)


def _moment_line(found: Preview) -> str:
    moment, asked = found.moment, f"{found.asked_local.strftime(_MINUTE)} in {found.zone}"
    instant = f"{moment.instant_utc.strftime(_MINUTE)} UTC"
    if moment.shifted:
        taken = moment.taken_local.strftime(_MINUTE)
        return f"{asked} does not exist, the clocks go forward then; taken instead: {taken}, which is {instant}"
    if moment.ambiguous:
        return f"{asked} comes twice, the clocks go back then; taken: the first, which is {instant}"
    return f"{asked}, which is {instant}"


def _table(title: str, planned: tuple[Planned, ...], reason: Any) -> Iterator[str]:
    rows = [(title, "channel", "language", "at", "because")] if planned else []
    rows += [(_who(one), str(one.channel), one.person.language, _local(one), reason(one)) for one in planned]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])


def _who(planned: Planned) -> str:
    return f"{planned.person.name} <{planned.person.address or 'no address'}>".strip()


def _local(planned: Planned) -> str:
    zone = planned.person.time_zone
    return f"{planned.at.astimezone(ZoneInfo(zone)).strftime(_MINUTE)} {zone}"


def _reasons(planned: Planned) -> str:
    return "; ".join(
        f"{because.topic}: {why.REASONS[because.reason]}" for because in planned.because if not because.withheld
    )


def _why_not(planned: Planned) -> str:
    held = {because.withheld for because in planned.because} | {planned.withheld}
    places = "; ".join(f"{because.topic}: {why.REASONS[because.reason]}" for because in planned.because)
    return f"{places}. {' '.join(sorted(str(why.WITHHELD[reason]) for reason in held if reason))}"


def _as_data(found: Preview) -> dict[str, Any]:
    moment = found.moment
    return {
        "account": found.account.slug,
        "integration": found.integration.public_id,
        "environment": found.environment,
        "topics": list(found.topics),
        "asked": {"local": found.asked_local.isoformat(), "zone": found.zone},
        "at": moment.instant_utc.isoformat(),
        "local_time_did_not_exist": moment.shifted,
        "local_time_came_twice": moment.ambiguous,
        "taken_local": moment.taken_local.isoformat(),
        "told": [_planned_data(one) for one in found.plan.told],
        "not_told": [_planned_data(one) for one in found.plan.not_told],
        "nobody_for": list(found.plan.nobody),
    }


def _planned_data(planned: Planned) -> dict[str, Any]:
    return {
        "key": planned.person.key,
        "name": planned.person.name,
        "address": planned.person.address,
        "channel": planned.channel,
        "language": planned.person.language,
        "time_zone": planned.person.time_zone,
        "at": planned.at.isoformat(),
        "step": planned.step,
        "withheld": planned.withheld,
        "because": [
            {"topic": because.topic, "reason": because.reason, "withheld": because.withheld}
            for because in planned.because
        ],
    }
