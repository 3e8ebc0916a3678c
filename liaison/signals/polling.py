"""Asking the sources each minute: a minute once, when it is two minutes old, and at most an hour afterwards."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Final

import msgspec
from django.db import InterfaceError, OperationalError

from liaison.integrations.senders import Sender
from liaison.lib.refusals import Conflict
from liaison.signals.actions import record_signals
from liaison.signals.lines import Line, Told
from liaison.signals.models import PrometheusSource
from liaison.signals.prometheus import SourceError, ask
from liaison.signals.rollups import minute_of, moment_of

logger = logging.getLogger(__name__)

OLD_ENOUGH: Final = 2
CATCHES_UP: Final = 60


def poll(now: datetime) -> int:
    """Ask each source that is on for what it was not asked yet; return how many minutes were taken."""
    taken = 0
    for source in PrometheusSource.objects.filter(is_on=True).order_by("pk"):
        try:
            taken += _catch_up(source, now)
        except SourceError as error:
            logger.warning("The source %s did not say what it was asked for: %s", source.public_id, error.problem)
            _note(source, now, error.problem.value)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # a mistake about one source must not keep the others from being asked
            logger.exception("The source %s could not be asked.", source.public_id)
    return taken


def _catch_up(source: PrometheusSource, now: datetime) -> int:
    """Ask minute after minute, up to the newest one that is old enough. Raises SourceError at the first that fails."""
    newest = minute_of(now) - OLD_ENOUGH
    first = newest if source.asked_until is None else max(minute_of(source.asked_until), newest - CATCHES_UP + 1)
    for minute in range(first, newest + 1):
        _take(source, minute, ask(source, minute), now)
        source.asked_until = moment_of(minute + 1)
        _note(source, now, "")
    return max(0, newest + 1 - first)


def _take(source: PrometheusSource, minute: int, lines: list[Line], now: datetime) -> None:
    """Count the minute once: what another ticker took in has its batch already, with whatever was said then."""
    told = Told(lines, list(range(1, len(lines) + 1)), hashlib.sha256(msgspec.json.encode(lines)).hexdigest())
    try:
        taken = record_signals(
            sender=Sender(source=source.public_id),
            batch_id=f"prometheus:{source.public_id}:{moment_of(minute):%Y-%m-%dT%H:%MZ}",
            told=told,
            now=now,
        )
    except Conflict:
        return
    if taken.refused:
        logger.warning("%s rows of the source %s name no integration of ours", taken.refused, source.public_id)


def _note(source: PrometheusSource, now: datetime, problem: str) -> None:
    # Not where it was switched meanwhile: then it begins anew.
    PrometheusSource.objects.filter(pk=source.pk, is_on=True).update(
        asked_until=source.asked_until, last_asked_at=now, last_problem=problem
    )
