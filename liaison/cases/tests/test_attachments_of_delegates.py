"""What others attach to a case belongs to the account of the case: its room, and it stays when they leave (issue 7)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from pytest_django import Settings

from liaison.accounts.testing import Cast
from liaison.cases.actions.noting import add_note
from liaison.cases.models import Attachment
from liaison.cases.testing import make_case, make_update
from liaison.cases.tests.delegates import World, day, make_world
from liaison.files.codes import FileCode
from liaison.files.limits import refuse_beyond_quota
from liaison.files.models import StoredFile
from liaison.files.testing import make_file
from liaison.lib.refusals import Conflict, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world()


def test_what_a_delegate_and_staff_attach_is_the_customers(world: World, cast: Cast) -> None:
    case = world.files(1)
    for sender in (world.rita, cast.agent, world.ugo):
        file = make_file(sender, now=day(2), name=f"{sender.pk}.txt")
        assert file.account_id == sender.account.pk
        make_update(sender, case, text="See the file.", files=(file.public_id,), now=day(2))
    assert {one.file.account_id for one in Attachment.objects.all()} == {world.customer.pk}
    filed = make_case(
        world.rita, account=world.customer, files=(make_file(world.rita, now=day(2)).public_id,), now=day(2)
    )
    assert Attachment.objects.get(case=filed).file.account_id == world.customer.pk


def test_a_delegate_fills_not_more_than_the_customers_room_and_support_may_go_beyond(
    world: World, cast: Cast, settings: Settings
) -> None:
    case = world.files(1)
    files = [
        make_file(who, now=day(2), name="a.txt", content=b"x" * 900) for who in (world.ugo, world.rita, cast.agent)
    ]
    make_update(world.ugo, case, files=(files[0].public_id,), now=day(2))
    settings.FILES_ACCOUNT_BYTES = 1000
    with pytest.raises(Invalid) as refused:
        make_update(world.rita, case, files=(files[1].public_id,), now=day(2))
    assert [one.code for one in refused.value.problems] == [FileCode.OTHERS_FULL]
    assert not StoredFile.objects.get(pk=files[1].pk).is_used
    make_update(cast.agent, case, files=(files[2].public_id,), now=day(2))


def test_what_was_attached_elsewhere_counts_to_the_senders_day(world: World, settings: Settings) -> None:
    case = world.files(1)
    make_update(world.rita, case, files=(make_file(world.rita, now=day(2), content=b"x" * 900).public_id,), now=day(2))
    settings.FILES_PERSON_DAY_BYTES = 1000
    with pytest.raises(Conflict) as refused:
        refuse_beyond_quota(world.rita.account, world.rita, 200, day(2))
    assert refused.value.code == FileCode.PERSON_FULL
    refuse_beyond_quota(world.rita.account, world.rita, 200, day(3) + timedelta(seconds=1))


def test_those_of_before_are_moved_and_nothing_else(world: World, cast: Cast) -> None:
    """Not those of internal notes either: what is left of its room would tell an account of them (W8)."""
    case = world.files(1)
    make_update(world.rita, case, files=(make_file(world.rita, now=day(2)).public_id,), now=day(2))
    unused = make_file(world.rita, now=day(2), name="unused.txt")
    noted = make_file(cast.agent, now=day(2), name="noted.txt")
    add_note(actor=cast.agent, case=case, text="See", files=(noted.public_id,), now=day(2))
    StoredFile.objects.exclude(pk=noted.pk).update(account=world.rita.account)
    migration = import_module("liaison.cases.migrations.0012_attachments_belong_to_the_account_of_their_case")
    (operation,) = migration.Migration.operations
    for _twice in range(2):
        with connection.cursor() as cursor:
            cursor.execute(operation.sql)
    assert Attachment.objects.get(note=None).file.account_id == world.customer.pk
    assert StoredFile.objects.get(pk=noted.pk).account_id == cast.agent.account.pk
    assert StoredFile.objects.get(pk=unused.pk).account_id == world.rita.account.pk
