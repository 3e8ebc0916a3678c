from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.feeds.access import feed_for
from liaison.feeds.actions import LONGEST_INTERVAL, change_feed
from liaison.feeds.models import Feed
from liaison.feeds.testing import make_feed
from liaison.integrations.testing import environment_of, make_integration
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Invalid, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def feed(cast: Cast) -> Feed:
    return make_feed(environment_of(make_integration(cast.partner)), now=utc_now())


def test_editors_and_staff_set_the_interval_and_history_has_both_values(cast: Cast, feed: Feed) -> None:
    for actor, minutes in ((cast.colleague, 60), (cast.administrator, 90)):
        change_feed(
            actor=actor, feed=feed_for(actor, feed.public_id), expected_every=minutes, is_watched=True, now=utc_now()
        )
    feed.refresh_from_db()
    assert feed.expected_every == 90
    events = Event.objects.filter(kind=Happened.FEED_CHANGED).order_by("pk")
    assert [event.changes for event in events] == [{"expected_every": [1440, 60]}, {"expected_every": [60, 90]}]


def test_what_changes_nothing_leaves_no_trace(cast: Cast, feed: Feed) -> None:
    change_feed(actor=cast.owner, feed=feed, expected_every=1440, is_watched=True, now=utc_now())
    assert not Event.objects.filter(kind=Happened.FEED_CHANGED).exists()


def test_readers_and_other_staff_change_nothing(cast: Cast, feed: Feed) -> None:
    for actor in (cast.reader, cast.agent, cast.engineer, cast.manager):
        with pytest.raises(Forbidden):
            change_feed(actor=actor, feed=feed, expected_every=5, is_watched=False, now=utc_now())
    with pytest.raises(Missing):
        feed_for(cast.outsider, feed.public_id)


@pytest.mark.parametrize("minutes", [0, -1, LONGEST_INTERVAL + 1])
def test_an_interval_is_a_minute_to_sixty_days(cast: Cast, feed: Feed, minutes: int) -> None:
    with pytest.raises(Invalid):
        change_feed(actor=cast.owner, feed=feed, expected_every=minutes, is_watched=True, now=utc_now())
