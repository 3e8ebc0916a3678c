"""What an attacker among delegates, staff and former contacts tries, and does not get (D5, W2, W11, W14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from liaison.accounts.actions import delete_identity, suspend_identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, make_operator
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import close_cases, share_case
from liaison.cases.delegated.proving import note_downloaded
from liaison.cases.delegated.shares import renewable
from liaison.cases.models import Attachment, Case, UnreadCase
from liaison.cases.testing import make_update
from liaison.cases.tests.case_pages import sent, text_of
from liaison.cases.tests.delegates import World, day, make_world
from liaison.cases.vocabulary import CloseReason, UrgentState, Via
from liaison.delegation import actions as relations
from liaison.delegation.models import Bond
from liaison.delegation.vocabulary import Tie
from liaison.files.testing import make_file
from liaison.lib.refusals import Missing
from liaison.notifications.models import Announcement

pytestmark = pytest.mark.django_db


def looks(kind: str = "case.seen_by_delegate") -> int:
    return Event.objects.filter(kind=kind).count()


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world()


def test_an_on_call_engineer_reads_no_contact_of_the_sales_record_on_an_unread_case(world: World, cast: Cast) -> None:
    case = world.files(1)
    Case.objects.filter(pk=case.pk).update(urgent_state=UrgentState.CONFIRMED, criterion="bookings_fail")
    UnreadCase.objects.create(case=case, since=day(2))
    case.refresh_from_db()
    assert "contact@trattoria.test" in text_of(cast.agent, case)
    assert "contact@trattoria.test" not in text_of(cast.engineer, case)


def test_a_revoked_grant_opens_nothing_while_a_clock_is_behind(world: World) -> None:
    case = world.files(1)
    world.revokes(world.rita, 3)
    with pytest.raises(Missing):
        access.case_for(world.rita, case.number, day(3) - timedelta(seconds=5))


def test_a_grant_can_be_given_again_while_a_clock_is_behind(world: World) -> None:
    world.revokes(world.rita, 3)
    world.grants(world.rita, 2.9)
    case = world.files(1)
    assert access.case_for(world.rita, case.number, day(3.1)).pk == case.pk


def test_a_manager_can_be_set_again_while_a_clock_is_behind(world: World) -> None:
    world.manages(world.nina, 3)
    world.manages(world.rita, 2.9)
    world.manages(world.nina, 2.8)
    relations.end_management(actor=TESTS, customer=world.customer, why="", now=day(2.8))
    world.manages(world.nina, 2.7)
    spans = list(Bond.objects.filter(tie=Tie.MANAGES).order_by("pk").values_list("account", "begun_at", "ended_at"))
    assert [account for account, _begun, _ended in spans][-3:] == [
        world.rita.account.pk, world.nina.account.pk, world.nina.account.pk,
    ]  # fmt: skip
    assert all(ended and begun >= ended for (_one, _begun, ended), (_next, begun, _ended) in pairwise(spans))
    assert spans[-1][2] is None


def test_each_download_is_kept_also_while_a_clock_is_behind(world: World) -> None:
    case = world.files(1)
    files = tuple(make_file(world.ugo, now=day(1), name=name).public_id for name in ("a.txt", "b.txt"))
    make_update(world.ugo, case, files=files, now=day(1))
    one, two = Attachment.objects.filter(case=case)
    note_downloaded(world.rita, one, day(3) + timedelta(seconds=1))
    note_downloaded(world.rita, two, day(3))
    assert looks() == 2


def test_what_an_unfinished_message_shows_of_the_case_is_kept_as_an_opening(world: World) -> None:
    case = world.files(1)
    answer = sent(world.rita, case, text="")
    assert case.title in answer.content.decode()
    assert looks() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_shared_while_access_is_revoked_does_not_outlive_it() -> None:
    """W6: whoever shares at this moment waits for the revocation, and then may not."""
    make_operator()
    world = make_world()
    case, rita = world.files(1), world.rita
    assert rita.privileges

    def share() -> str:
        try:
            share_case(actor=rita, case=case, address="friend@example.test", right="comment", now=day(2))
        except Missing:
            return "missing"
        finally:
            connection.close()
        return "shared"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            world.revokes(rita, 2)
            sharing = pool.submit(share)
            with suppress(TimeoutError):
                sharing.result(timeout=1)
        assert sharing.result(timeout=30) == "missing"
    assert not access.shares_in_force(day(2)).exists()


def test_what_somebody_shared_who_was_deleted_does_not_outlive_the_access_of_their_account(world: World) -> None:
    """W6: with the person goes the knowledge whose share it was, so it ends with them; the customer may renew it."""
    case = world.files(1)
    leaver, other = (
        make_identity(world.rita.account, PredefinedRole.ADMINISTRATOR, name, now=day(0)) for name in ("Lea", "Olga")
    )
    for one in (leaver, other):
        share_case(actor=one, case=case, address=f"{one.name}@example.test", right="view", now=day(2))
    suspend_identity(actor=TESTS, identity=leaver, now=day(2.5))
    assert access.shares_in_force(day(2.5)).count() == 2
    delete_identity(actor=TESTS, identity=leaver, now=day(3))
    (kept,) = access.shares_in_force(day(3))
    assert kept.created_by == other
    (ended,) = renewable(case)
    assert (ended.address, ended.ended_with) == ("Lea@example.test", world.rita.account)
    assert Announcement.objects.filter(subject_kind="case_shares_ended").count() == 1
    world.revokes(world.rita, 4)
    assert not access.shares_in_force(day(4)).exists()


def test_who_closes_what_they_may_not_see_is_kept(world: World) -> None:
    case = world.files(1)
    close_cases(actor=world.nina, numbers=[case.number], reason=CloseReason.SOLVED, text="", via=Via.API, now=day(2))
    assert looks("case.refused_to_delegate") == 1
