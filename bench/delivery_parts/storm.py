"""A storm: ten alerts for each of many accounts, with a window of a second. Few mails, and no alert is left out.

Each account gets its alerts in two POSTs, one soon after the other. Afterwards every mail is counted: at most two to
each contact, and the numbers that they name add up to exactly the alerts.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from delivery_parts import floor, peer
from delivery_parts.load import Request, post_all, storm_for_alertmanager, storm_for_liaison
from delivery_parts.ours import Place
from delivery_parts.report import Measured, Report
from delivery_parts.rounds import Options
from delivery_parts.sinks import Sink, SmtpSink, free_port, mail_sink
from delivery_parts.stack import Ports, Stack, liaison

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WINDOW = 1
ALERTS = 10
MOST_MAILS = 2
_LONGEST_SECONDS = 120.0
_QUIET_SECONDS = 3.0
_NEWEST = "SELECT coalesce(max(id), 0) FROM notifications_message"
_OPEN = "SELECT count(*) FROM notifications_delivery WHERE state = 'pending'"
_MAILS = "SELECT address, subject_line FROM notifications_message WHERE id > %s AND state = 'accepted'"


@dataclass
class _Found:
    """The rounds of one side. All in seconds."""

    posting: list[float] = field(default_factory=list)
    after_last: list[float] = field(default_factory=list)  # from the last answer to the last mail
    mails: list[float] = field(default_factory=list)
    most: int = 0


def measure_storm(report: Report, options: Options, place: Place) -> None:
    """Measure ours, the least that as many mails at once can take, and Alertmanager with the same window."""
    alerts, found, cluster = options.entries * ALERTS, place.smtp_sink, place.cluster
    ports = Ports(free_port(), free_port(), free_port())
    with (
        mail_sink(found, ports.mail) as sink,
        liaison(place.folder, cluster, ports, window=WINDOW, entries=options.entries) as stack,
    ):
        with psycopg.connect(stack.database_url, autocommit=True) as database:
            _wait_until(lambda: _number(database, _OPEN) == 0)  # what the new people are told
        stack.wait_until_quiet()
        keys = [stack.keys[str(number)] for number in range(options.entries)]
        _run(stack, sink, storm_for_liaison(keys[:50], ALERTS), 50 * ALERTS, _Found())  # warms everything up
        ours = _Found()
        for _ in range(options.rounds):
            time.sleep(2 * WINDOW)
            _run(stack, sink, storm_for_liaison(keys, ALERTS), alerts, ours)
        stack.wait_until_quiet()
    _note(report, alerts, ours, "value")
    report.row(f"storm of {alerts:,} alerts: mails to one contact, at most", "").value = Measured(ours.most)
    with mail_sink(found, free_port()) as sink:
        # Everybody's second mail at the same moment, made beforehand.
        least = [
            WINDOW + floor.run(cluster.url, sink, place.mail, options.entries, recorded=True).seconds
            for _ in range(options.rounds)
        ]
        report.row(_measure(alerts), "s").floor = Measured.of(least, "the window and as many recorded mails at once")
    if peer.program():
        _note(report, alerts, _measure_peer(options, place.folder, found), "peer")


def _run(stack: Stack, sink: Sink, requests: list[Request], alerts: int, into: _Found) -> None:
    """Post a storm, wait until nothing is owed any more, and count. Raises RuntimeError where the numbers differ."""
    with psycopg.connect(stack.database_url, autocommit=True) as database:
        newest = _number(database, _NEWEST)
        ended = _post(stack.port, requests, sink, into)
        _wait_until(lambda: _number(database, _OPEN) == 0)
        mails = database.execute(_MAILS, (newest,)).fetchall()
    into.after_last.append(sink.arrivals.wait_for(len(mails), _LONGEST_SECONDS) - ended)
    into.mails.append(len(mails))
    to_each: dict[str, int] = {}
    for address, _subject in mails:
        to_each[address] = to_each.get(address, 0) + 1
    into.most = max(into.most, *to_each.values())
    counted = sum(_count_in(subject) for _address, subject in mails)
    if counted != alerts or sink.arrivals.count != len(mails):
        raise RuntimeError(f"{len(mails)} mails ({sink.arrivals.count} arrived) speak of {counted} of {alerts} alerts.")


def _post(port: int, requests: list[Request], sink: Sink, into: _Found) -> float:
    """Post everything; return when the last of it was answered."""
    sink.arrivals.forget()
    posted = post_all(port, requests)
    if posted.broken:
        raise RuntimeError(f"Not taken: {posted.broken[0]}")
    into.posting.append(posted.ended - posted.began)
    return posted.ended


def _measure_peer(options: Options, place: Path, found: SmtpSink | None) -> _Found:
    theirs = _Found()
    smtp_port = free_port()
    with mail_sink(found, smtp_port) as sink:
        for _ in range(options.rounds):
            running = peer.alertmanager(place, smtp_port, 0, group_by="entry", group_interval=f"{WINDOW}s")
            with running as (port, _process):
                ended = _post(port, storm_for_alertmanager(options.entries, ALERTS), sink, theirs)
                _wait_until(lambda: time.monotonic() - sink.arrivals.last() > _QUIET_SECONDS)
                theirs.after_last.append(sink.arrivals.last() - ended)
                theirs.mails.append(sink.arrivals.count)
    return theirs


def _note(report: Report, alerts: int, found: _Found, whose: str) -> None:
    def put(measure: str, unit: str, values: list[float]) -> None:
        setattr(report.row(measure, unit), whose, Measured.of(values))

    put(_measure(alerts), "s", found.after_last)
    put(f"storm of {alerts:,} alerts: mails", "", found.mails)
    put(f"storm of {alerts:,} alerts: to the last answer", "s", found.posting)


def _measure(alerts: int) -> str:
    return f"storm of {alerts:,} alerts, window of {WINDOW} s: from the last answer to the last mail"


def _number(database: psycopg.Connection[tuple[int, ...]], statement: str) -> int:
    row = database.execute(statement.encode()).fetchone()
    return row[0] if row else 0


def _count_in(subject: str) -> int:
    found = re.match(r"(\d+) production alerts: ", subject)
    return int(found[1]) if found else 1


def _wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONGEST_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("The storm does not end.")
        time.sleep(0.05)
