"""People's work on an incident: owner, comments, the note, deploy marks; and who may what (W1, W2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.health.access import visible_comments, visible_marks, who_may_have
from liaison.health.actions import comment_incident, give_incident, set_mark, write_note
from liaison.health.models import Incident
from liaison.health.tests.house import START, House, an_alert, receive, resolved
from liaison.integrations.models import Environment
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(house: House) -> Incident:
    (received,) = receive(house.key, an_alert(), now=START)
    return Incident.objects.select_related("environment__integration__account").get(pk=received.incident.pk)


def test_a_comment_is_read_by_everybody_who_sees_the_incident(house: House, incident: Incident) -> None:
    comment_incident(actor=house.cast.colleague, incident=incident, text=" We are on it.\r\n\x00", now=START)
    for reader in (house.cast.owner, house.cast.reader, house.cast.agent):
        assert [one.text for one in visible_comments(reader, incident)] == ["We are on it."]


def test_an_internal_comment_is_staff_s_alone_for_ever(house: House, incident: Incident) -> None:
    comment_incident(actor=house.cast.agent, incident=incident, text="They said so before", now=START, is_internal=True)
    assert visible_comments(house.cast.agent, incident).count() == 1
    receive(house.key, resolved(), now=START + timedelta(hours=1))
    for partner in (house.cast.owner, house.cast.colleague, house.cast.reader):
        assert not visible_comments(partner, incident).exists()
    event = Event.objects.get(kind=Happened.INCIDENT_COMMENTED)
    assert "They said so" not in str((event.facts, event.changes))


def test_a_partner_writes_nothing_internal(house: House, incident: Incident) -> None:
    with pytest.raises(Forbidden):
        comment_incident(actor=house.cast.owner, incident=incident, text="x", now=START, is_internal=True)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 4001])
def test_nothing_and_too_much_are_no_comment(house: House, incident: Incident, text: str) -> None:
    with pytest.raises(Invalid):
        comment_incident(actor=house.cast.owner, incident=incident, text=text, now=START)


def test_readers_change_nothing_and_strangers_see_nothing(house: House, incident: Incident) -> None:
    """W1: a reader sees, and cannot reply or change. Invariant 6: what is not seen does not exist."""
    with pytest.raises(Forbidden):
        comment_incident(actor=house.cast.reader, incident=incident, text="x", now=START)
    with pytest.raises(Forbidden):
        give_incident(actor=house.cast.reader, incident=incident, owner=house.cast.reader, now=START)
    with pytest.raises(Missing):
        comment_incident(actor=house.cast.outsider, incident=incident, text="x", now=START)


def test_an_incident_is_taken_and_given_to_a_colleague(house: House, incident: Incident) -> None:
    cast = house.cast
    give_incident(actor=cast.owner, incident=incident, owner=cast.owner, now=START)
    given = give_incident(actor=cast.owner, incident=incident, owner=cast.colleague, now=START)
    assert given.owner == cast.colleague
    give_incident(actor=cast.owner, incident=incident, owner=cast.colleague, now=START)
    given = give_incident(actor=cast.owner, incident=incident, owner=None, now=START)
    assert given.owner is None
    changes = (
        Event.objects.filter(kind=Happened.INCIDENT_OWNER_CHANGED).order_by("pk").values_list("changes", flat=True)
    )
    assert [one["owner"] for one in changes] == [
        [None, cast.owner.pk], [cast.owner.pk, cast.colleague.pk], [cast.colleague.pk, None]
    ]  # fmt: skip


def test_only_people_who_work_can_be_given_an_incident(house: House, incident: Incident) -> None:
    cast = house.cast
    for stranger in (cast.outsider, cast.reader, cast.agent):
        with pytest.raises(Invalid):
            give_incident(actor=cast.owner, incident=incident, owner=stranger, now=START)
    assert cast.agent not in who_may_have(cast.owner, incident)
    assert {cast.owner, cast.colleague, cast.agent} <= set(who_may_have(cast.agent, incident))


def test_staff_who_only_read_cannot_be_given_one(house: House, incident: Incident) -> None:
    """W2."""
    looker = make_identity(house.cast.operator, PredefinedRole.READ_ONLY_STAFF, "Lora Looker")
    with pytest.raises(Forbidden):
        give_incident(actor=looker, incident=incident, owner=looker, now=START)
    assert looker not in who_may_have(house.cast.agent, incident)


def test_the_note_is_written_when_it_is_over(house: House, incident: Incident) -> None:
    with pytest.raises(Conflict):
        write_note(actor=house.cast.owner, incident=incident, text="A certificate ran out.", now=START)
    receive(house.key, resolved(), now=START + timedelta(hours=1))
    noted = write_note(actor=house.cast.owner, incident=incident, text="A certificate ran out.", now=START)
    assert (noted.note, noted.note_by) == ("A certificate ran out.", house.cast.owner)
    assert write_note(actor=house.cast.owner, incident=incident, text=" ", now=START).note_at is None
    assert not Event.objects.filter(facts__icontains="certificate").exists()


def test_a_mark_is_seen_by_its_account_and_by_staff(house: House) -> None:
    cast, production = house.cast, Environment.objects.get(integration=house.integration, name="production")
    mark = set_mark(
        actor=cast.owner, account=cast.partner, environment=production, title="Release 4.2", at=START, now=START
    )
    for reader, sees in ((cast.reader, True), (cast.agent, True), (cast.outsider, False)):
        assert visible_marks(reader).filter(pk=mark.pk).exists() is sees
    with pytest.raises(Missing):
        set_mark(actor=cast.outsider, account=cast.partner, title="x", at=START, now=START)
    with pytest.raises(Forbidden):
        set_mark(actor=cast.reader, account=cast.partner, title="x", at=START, now=START)


def test_a_mark_names_everything_that_is_wrong_with_it(house: House) -> None:
    with pytest.raises(Invalid) as refused:
        set_mark(
            actor=house.cast.owner, account=house.cast.partner, title=" ", link="javascript:alert(1)",
            at=START + timedelta(hours=1), now=START,
        )  # fmt: skip
    assert [problem.field for problem in refused.value.problems] == ["title", "link", "at"]
