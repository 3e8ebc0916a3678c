"""What a receiver's answer means for the message. Pure; of the answer's body nothing is ever said to anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from liaison.lib.http import CallError, Obstacle, Response
from liaison.notifications.channels.contract import Answer, Outcome

# An emergency may be waiting: a receiver that asks for more patience than this is asked again all the same.
LONGEST_WAIT: Final = timedelta(hours=1)
_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def meaning_of(response: Response, now: datetime, *, gone: tuple[bytes, ...] = ()) -> Answer:
    """Return what a status means: 2xx yes, 410 never again, everything else later.

    A 404 means never again only with one of the service's own words (`gone`): proxies in trouble say it too.
    """
    status = response.status
    detail = f"HTTP {status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(Outcome.ACCEPTED, status, detail)
    is_gone = status == HTTPStatus.NOT_FOUND and any(word in response.body for word in gone)
    if status == HTTPStatus.GONE or is_gone:
        return Answer(Outcome.REFUSED, status, detail)
    if status in _BUSY:
        wait = asked_wait(response.header("retry-after") or "", now)
        return Answer(Outcome.TEMPORARY, status, detail, is_unavailable=True, wait=wait)
    return Answer(Outcome.TEMPORARY, status, detail)


def meaning_of_error(error: CallError) -> Answer:
    """Return what a call without an answer means.

    When the request left us as a whole and no answer came, nobody knows: it is sent once more, with the same id, by
    which the receiver knows it again. Else nothing arrived. Either way the endpoint as a whole fares badly.
    """
    detail = error.obstacle.value.replace("_", " ")
    if error.obstacle is Obstacle.ANSWER_LOST:
        return Answer(Outcome.UNKNOWN, detail=detail, is_unavailable=True)
    return Answer(Outcome.TEMPORARY, detail=detail, is_unavailable=True)


def after_failing_for(answer: Answer, failing_for: timedelta) -> Answer:
    """Return the answer with the wait that an endpoint deserves: the longer it takes nothing, the rarer it is asked.

    A quarter of the time that it fails already, so that each wait is a little longer than the last, and an hour in
    the end.
    """
    wait = min(failing_for / 4, LONGEST_WAIT)
    return replace(answer, wait=max(wait, answer.wait or timedelta()))


def asked_wait(value: str, now: datetime) -> timedelta | None:
    """Return what Retry-After asks for, in seconds or as a date; None for neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:9]), 10**8)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_WAIT)
