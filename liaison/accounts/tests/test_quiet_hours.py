"""Quiet hours: what can wait waits for their end; what cannot wait is another room's business to say (R5)."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from liaison.accounts import actions, queries
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.models import Event
from liaison.lib.clock import utc_now
from liaison.lib.hours import HoursRow
from liaison.lib.refusals import Invalid

PAGE = "/u/0/settings/quiet-hours/"


def test_there_are_none_at_first(cast: Cast) -> None:
    assert queries.person(cast.colleague).quiet_hours == ()


def test_hours_past_midnight_are_kept_in_the_users_zone(cast: Cast, client: Client) -> None:
    Identity.objects.filter(pk=cast.colleague.pk).update(time_zone="Asia/Seoul", language="en")
    sign_in(client, cast.colleague)
    answer = client.post(PAGE, {"days": ["1", "7"], "start": "22:00", "end": "07:00"})
    assert answer["Location"] == "/u/0/settings/"
    identity = Identity.objects.with_account().get(pk=cast.colleague.pk)
    night = HoursRow(frozenset({1, 7}), 22 * 60, 31 * 60, "Asia/Seoul")
    assert queries.person(identity).quiet_hours == (night,)
    changed = Event.objects.get(kind="identity.changed")
    assert changed.changes["quiet_hours"] == [None, {"days": [1, 7], "start_minute": 1320, "end_minute": 1860}]
    assert "22:00–07:00 (next day)" in client.get("/u/0/settings/").content.decode()
    assert 'value="07:00"' in client.get(PAGE).content.decode()


def test_no_days_end_them(cast: Cast) -> None:
    actions.change_quiet_hours(actor=cast.colleague, days=[3], start="9:00", end="10:00", now=utc_now())
    identity = actions.change_quiet_hours(actor=cast.colleague, days=[], start="", end="", now=utc_now())
    assert queries.quiet_hours(identity) == ()
    assert Event.objects.filter(kind="identity.changed").count() == 2


def test_the_same_hours_again_are_not_written_into_history(cast: Cast) -> None:
    for _ in range(2):
        actions.change_quiet_hours(actor=cast.colleague, days=[3, 3], start="9:00", end="10:00", now=utc_now())
    assert Event.objects.filter(kind="identity.changed").count() == 1


@pytest.mark.parametrize(
    ("days", "start", "end", "refused"),
    [
        ([8], "22:00", "07:00", {("days", AccountCode.UNKNOWN_DAY)}),
        ([1], "", "", {("start", AccountCode.CLOCK_UNUSABLE), ("end", AccountCode.CLOCK_UNUSABLE)}),
        ([1], "24:00", "07:00", {("start", AccountCode.CLOCK_UNUSABLE)}),
        ([1], "07:00", "07:00", {("end", AccountCode.QUIET_ALL_DAY)}),
        ([1], "00:00", "24:00", {("end", AccountCode.QUIET_ALL_DAY)}),
    ],
)
def test_it_refuses_what_are_no_quiet_hours(
    cast: Cast, days: list[int], start: str, end: str, refused: set[tuple[str, AccountCode]]
) -> None:
    with pytest.raises(Invalid) as problem:
        actions.change_quiet_hours(actor=cast.colleague, days=days, start=start, end=end, now=utc_now())
    assert {(one.field, one.code) for one in problem.value.problems} == refused


def test_a_refused_form_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    response = client.post(PAGE, {"days": ["1"], "start": "late", "end": "07:00"})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="late"' in response.content.decode()
