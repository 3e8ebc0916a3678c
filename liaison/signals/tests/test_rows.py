"""Rows go in as they were told: texts with anything in them, moments to the microsecond, numbers to the brim."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.lib.clock import utc_now
from liaison.signals.models import ErrorMinute, Minute, Sample
from liaison.signals.rollups import MOST, MOST_MILLISECONDS, Rollups, minute_of
from liaison.signals.storing import add_rollups
from liaison.signals.tests.house import House, make_house, send, written

pytestmark = pytest.mark.django_db

ODD = "가게 żółw 🐢 \\N \t \r\n\u2028 \u202e'\""


@pytest.fixture
def house() -> House:
    return make_house()


def test_texts_and_moments_are_kept_as_they_were_told(house: House) -> None:
    at = utc_now().replace(microsecond=123457) - timedelta(minutes=1)
    words = {"action": ODD, "merchant": ODD, "code": "\\.", "reference": ODD, "detail": ODD * 9}
    line = house.line(at=at.isoformat(), outcome="error", **words)
    assert send(house.key, written(line)).json()["accepted"] == 1
    sample, error, minute = Sample.objects.get(), ErrorMinute.objects.get(), Minute.objects.get()
    assert sample.at == at
    assert {name: getattr(sample, name) for name in words} == words
    assert (error.action, error.merchant, error.code) == (ODD, ODD, "\\.")
    assert (minute.action, minute.minute) == (ODD, at.replace(second=0, microsecond=0))


def test_a_moment_as_a_number_is_kept_to_the_microsecond(house: House) -> None:
    at = utc_now().replace(microsecond=250000)
    send(house.key, written(house.line(at=at.timestamp(), outcome="error", detail="late")))
    assert Sample.objects.get().at == at


def test_numbers_stop_at_what_their_columns_hold(house: House) -> None:
    now = utc_now()
    key = (house.production.pk, "A", minute_of(now))
    brim = [MOST + 5, MOST + 4, 3, 2, MOST + 1, 2**70, 3_600_000]
    add_rollups(Rollups(minutes={key: list(brim)}), now=now)
    add_rollups(Rollups(minutes={key: list(brim)}), now=now)
    row = Minute.objects.get()
    assert (row.calls, row.errors, row.unanswered, row.declined) == (MOST, MOST, 6, 4)
    assert (row.latency_calls, row.latency_ms, row.latency_max_ms) == (MOST, MOST_MILLISECONDS, 3_600_000)
