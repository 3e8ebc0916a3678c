"""The ticker: what happens by itself at intervals. Of all tickers one leads, the one that holds the lock."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import close_old_connections, connections

from liaison.accounts.sessions import SessionStore
from liaison.cases import drafts as case_drafts
from liaison.cases import presence as case_presence
from liaison.cases.delegated import unread
from liaison.config import locks
from liaison.contacts import actions as contacts
from liaison.contacts import retention as contacts_retention
from liaison.detection import passing as detection
from liaison.drills import ticking as drills
from liaison.expectations.overdue import pass_overdue
from liaison.feeds import retention as feeds_retention
from liaison.files import ticking as files
from liaison.filing import retention as filing_retention
from liaison.integrations import ticking as pauses
from liaison.lib import metrics
from liaison.lib.clock import utc_now
from liaison.mail import reading as incoming_mail
from liaison.mail import retention as incoming_mail_retention
from liaison.notifications import retention
from liaison.notifications import worker as notifications
from liaison.notifications.auditing import dead_man
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.escalation.climbing import climb_due
from liaison.probes import retention as probes_retention
from liaison.probes.prober import Prober
from liaison.signals import partitions as signals_partitions
from liaison.signals import polling as signals_polling
from liaison.signals import retention as signals_retention
from liaison.support import retention as support_retention

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

logger = logging.getLogger(__name__)

_ROUND = 1.0
_WAIT_FOR_LEADERSHIP = 5.0


@dataclass(frozen=True)
class Job:
    """One thing to do every `every`; it gets the present moment and may do nothing at all.

    What may take long, or waits for somebody else, runs `apart`: in a thread of its own, one at a time.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    apart: bool = False


JOBS: tuple[Job, ...] = (
    # What a wake-up missed: expired leases, messages whose time has come while nobody listened.
    Job("notifications sweep", timedelta(seconds=10), notifications.sweep),
    # Whom nobody answered: the next are called.
    Job("escalations", timedelta(seconds=1), climb_due),
    # Answers of partners that are overdue: asked for again, one field further.
    Job("overdue answers", timedelta(seconds=30), pass_overdue, apart=True),
    # Drills: those that are due begin, and those that are over end.
    Job("drills", timedelta(seconds=2), drills.run_drills),
    Job("old names in drills", timedelta(days=1), drills.erase_old_names),
    # Pauses for maintenance: those that are due begin, those near their end or past it are spoken of, or end.
    Job("pauses", timedelta(seconds=5), pauses.keep_pauses),
    Job("pauses of before", timedelta(hours=1), pauses.adopt_pauses),
    # What is late, stuck or forgotten, and whether everything is well; who outside hears of it only then.
    Job("delivery audit", timedelta(seconds=10), Auditor().look),
    Job("dead man", timedelta(seconds=5), dead_man.beat, apart=True),
    Job("retention", timedelta(days=1), retention.erase_old, apart=True),
    # What came by mail and was not read at once, or has to wait for what it is about.
    Job("incoming mail", timedelta(seconds=5), incoming_mail.read_waiting, apart=True),
    Job("retention of incoming mail", timedelta(days=1), incoming_mail_retention.erase_old, apart=True),
    # Accounts held at the gate or with a record that lapsed; each account at most once a week.
    Job("onboarding reminders", timedelta(minutes=15), lambda now: contacts.remind_of_onboarding(now=now)),
    # People named and not told yet; mail that was refused at once, for which no bounce ever comes.
    Job("contacts named", timedelta(minutes=1), lambda now: contacts.tell_the_untold(now=now)),
    Job("old mails to contacts", timedelta(days=1), contacts_retention.erase_old_requests),
    Job("mail refused", timedelta(minutes=1), lambda now: contacts.notice_refusals(now=now)),
    # Partners' machines are asked whether they are well.
    Job("health checks", timedelta(seconds=1), Prober().run, apart=True),
    Job("old health checks", timedelta(hours=1), probes_retention.erase_old, apart=True),
    Job("old runs of feeds", timedelta(days=1), feeds_retention.erase_old, apart=True),
    # Signals: tomorrow's tables are made today; what is old enough goes.
    Job("signals of Prometheus", timedelta(seconds=15), signals_polling.poll, apart=True),
    Job("partitions of signals", timedelta(hours=1), signals_partitions.make_ahead, apart=True),
    Job("retention of signals", timedelta(days=1), signals_retention.erase_old, apart=True),
    # Who left a case; what was typed into one and never sent.
    Job("presence in cases", timedelta(minutes=1), case_presence.forget_absent),
    # Open cases of customers that nobody outside support can read any more.
    Job("unread cases", timedelta(minutes=1), unread.watch_unread, apart=True),
    Job("old drafts in cases", timedelta(days=1), case_drafts.forget_old),
    # Expressions of interest whose address nobody proved.
    Job("old expressions of interest", timedelta(hours=1), support_retention.erase_old),
    # The rules of what counts as a problem, once for each full minute.
    Job("rules", timedelta(seconds=5), detection.judge_when_due, apart=True),
    Job("old drafts of cases", timedelta(hours=1), filing_retention.erase_old_drafts),
    # Files: those that wait for the scanner, those that nothing uses, and what was left over.
    Job("files to scan", timedelta(seconds=10), files.scan_waiting, apart=True),
    Job("unused files", timedelta(minutes=15), files.remove_unused, apart=True),
    Job("stray files", timedelta(days=1), files.remove_strays, apart=True),
    Job("expired sessions", timedelta(hours=1), lambda _now: SessionStore.clear_expired()),
)


class Ticker:
    """Runs the jobs while this process leads; another ticker takes over when its connection is gone."""

    def __init__(self, jobs: Sequence[Job] = JOBS) -> None:
        self._jobs = jobs
        self._due: dict[str, datetime] = {}
        self._own: psycopg.Connection[Any] | None = None
        self._apart: dict[str, threading.Thread] = {}

    def run_forever(self, stop: threading.Event) -> None:
        """Tick until `stop` is set. Losing the database ends nothing: it tries again."""
        try:
            while not stop.is_set():
                leads = self._leads()
                if leads:
                    self.tick(utc_now())
                stop.wait(_ROUND if leads else _WAIT_FOR_LEADERSHIP)
        finally:
            self._let_go()

    def tick(self, now: datetime) -> None:
        """Run what is due at `now`; one job's failure never stops another."""
        for job in self._jobs:
            if now >= self._due.get(job.name, datetime.min.replace(tzinfo=UTC)):
                self._due[job.name] = now + job.every
                self._start(job, now)

    def wait_for_others(self, seconds: float) -> None:
        """Wait until what runs apart has come to its end, at most so long for each."""
        for thread in self._apart.values():
            thread.join(seconds)

    def _start(self, job: Job, now: datetime) -> None:
        if not job.apart:
            _run(job, now)
            return
        before = self._apart.get(job.name)
        if before is None or not before.is_alive():
            thread = threading.Thread(target=_run_apart, args=(job, now), name=job.name, daemon=True)
            self._apart[job.name] = thread
            thread.start()

    def _leads(self) -> bool:
        try:
            if self._own is None:
                self._own = locks.connect()
                if not locks.try_to_take(self._own, locks.Lock.TICKER):
                    self._let_go()
                    return False
                logger.info("this ticker leads")
            self._own.execute("SELECT 1")  # the lock is held only as long as this connection lives
        except psycopg.Error as problem:
            logger.warning("the ticker has lost the database: %s", problem)
            self._let_go()
            return False
        return True

    def _let_go(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None


def _run_apart(job: Job, now: datetime) -> None:
    try:
        _run(job, now)
    finally:
        connections.close_all()


def _run(job: Job, now: datetime) -> None:
    close_old_connections()
    begun = monotonic()
    try:
        job.run(now)
        metrics.JOB_SUCCESS.labels(job.name).set(now.timestamp())
    except Exception:
        metrics.JOB_FAILURES.labels(job.name).inc()
        logger.exception("%s failed; it runs again in %s", job.name, job.every)
    finally:
        metrics.JOB_SECONDS.labels(job.name).set(monotonic() - begun)
        close_old_connections()
