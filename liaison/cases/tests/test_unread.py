"""An open case that nobody outside support can read alarms the staff, once, until somebody can read it (D5)."""

from __future__ import annotations

import pytest

from liaison.accounts.models import CustomRole, Identity, RoleAssignment
from liaison.accounts.testing import Cast
from liaison.cases.actions import share_case
from liaison.cases.delegated.unread import watch_unread
from liaison.cases.models import Share, UnreadCase
from liaison.cases.testing import make_closed
from liaison.cases.tests.case_pages import text_of
from liaison.cases.tests.delegates import World, day, make_world
from liaison.notifications.models import Announcement

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    """Make the world, with staff to be alarmed."""
    return make_world()


def alarms() -> list[list[int]]:
    found = Announcement.objects.filter(topics__contains=["staff_alarm"], subject_kind="unread_cases")
    return [one.facts["cases"] for one in found.order_by("pk")]


def without_users(world: World) -> None:
    Identity.objects.filter(domain__account=world.customer).update(suspended_at=day(1), is_active=False)


def test_a_case_that_somebody_outside_can_read_alarms_nobody(world: World) -> None:
    world.files(1)
    watch_unread(day(2))
    without_users(world)
    watch_unread(day(3))
    assert (alarms(), UnreadCase.objects.count()) == ([], 0)


def test_staff_are_told_once_when_the_last_reader_is_gone_and_again_after_there_was_one(
    world: World, cast: Cast
) -> None:
    case, closed = world.files(1), world.files(1)
    make_closed(world.ugo, closed, now=day(2))
    without_users(world)
    world.revokes(world.rita, 3)
    watch_unread(day(3))
    watch_unread(day(3.1))
    assert alarms() == [[case.pk]]
    (told,) = Announcement.objects.filter(subject_kind="unread_cases")
    assert told.deliveries.exists()
    assert "contact@trattoria.test" in text_of(cast.agent, case)
    assert "contact@trattoria.test" not in text_of(cast.agent, closed)
    world.grants(world.rita, 4)
    watch_unread(day(4))
    assert not UnreadCase.objects.exists()
    world.manages(world.nina, 5)
    watch_unread(day(5))
    assert alarms() == [[case.pk], [case.pk]]


def test_who_has_no_right_to_read_is_no_reader(world: World, cast: Cast) -> None:
    """Users without the privilege, a delegate nobody of whom may see cases; a share counts while it holds."""
    case = world.files(1)
    share = share_case(actor=world.ugo, case=case, address="x@x.test", right="view", now=day(2))
    RoleAssignment.objects.filter(identity__domain__account=world.customer).delete()
    watch_unread(day(2))
    RoleAssignment.objects.filter(identity=world.rita).delete()
    Share.objects.filter(pk=share.pk).update(identity=cast.outsider)
    watch_unread(day(3))
    assert alarms() == []
    Share.objects.filter(pk=share.pk).update(revoked_at=day(4))
    watch_unread(day(4))
    assert alarms() == [[case.pk]]
    custom = CustomRole.objects.create(account=world.customer, name="Sees", privileges=["cases.view"])
    RoleAssignment.objects.create(identity=world.rosa, custom=custom, given_at=day(4))
    watch_unread(day(5))
    assert not UnreadCase.objects.exists()
