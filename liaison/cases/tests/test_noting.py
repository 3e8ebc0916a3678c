"""Internal notes are staff's only, everywhere and for ever (W8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import add_note, delete_attachment
from liaison.cases.models import Attachment, Case, CaseUpdate, Follow, InternalNote
from liaison.cases.testing import make_case, make_closed, make_update
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Announcement


def test_a_note_moves_only_what_staff_see(cast: Cast) -> None:
    case = make_case(cast.owner)
    before = dict(Case.objects.filter(pk=case.pk).values().get())
    counts = [model.objects.count() for model in (CaseUpdate, Announcement, Follow)]
    now = utc_now() + timedelta(minutes=5)
    add_note(actor=cast.agent, case=case, text="They pay late.", now=now)
    after = dict(Case.objects.filter(pk=case.pk).values().get())
    assert {name for name in after if after[name] != before[name]} == {"staff_updated_at"}
    assert after["staff_updated_at"] == now
    assert [model.objects.count() for model in (CaseUpdate, Announcement, Follow)] == counts


def test_the_history_of_the_account_does_not_hold_it(cast: Cast) -> None:
    case = make_case(cast.owner)
    add_note(actor=cast.agent, case=case, text="They pay late.", now=utc_now())
    event = Event.objects.get(kind="case.noted")
    assert (event.account_id, event.subject_id) == (None, str(case.pk))
    assert "late" not in str(event.facts)


def test_agents_alone_write_notes(cast: Cast) -> None:
    """W2."""
    case = make_case(cast.owner)
    for actor in (cast.owner, cast.reader, cast.manager):
        with pytest.raises(Forbidden):
            add_note(actor=actor, case=case, text="Mine", now=utc_now())
    for actor in (cast.outsider, cast.administrator, cast.engineer):
        with pytest.raises(Missing):
            add_note(actor=actor, case=case, text="Mine", now=utc_now())


def test_staff_who_see_the_case_read_them_and_nobody_else(cast: Cast) -> None:
    case = make_case(cast.owner)
    add_note(actor=cast.agent, case=case, text="They pay late.", now=utc_now())

    def read(actor: Identity) -> int:
        return access.visible_notes(actor, case, utc_now()).count()

    assert [read(actor) for actor in (cast.agent, cast.manager)] == [1, 1]
    others = (cast.owner, cast.colleague, cast.reader, cast.outsider, cast.administrator, cast.engineer)
    assert [read(actor) for actor in others] == [0] * 6


def test_its_attachment_is_deleted_without_a_trace_outside(cast: Cast) -> None:
    case, now = make_case(cast.owner), utc_now()
    file = make_file(cast.agent, now)
    note = add_note(actor=cast.agent, case=case, text="See the log.", files=[file.public_id], now=now)
    attachment = Attachment.objects.get(note=note)
    before = Case.objects.filter(pk=case.pk).values("updated_at", "version").get()
    delete_attachment(actor=cast.agent, attachment=attachment, reason="Wrong file", now=now)
    assert CaseUpdate.objects.filter(case=case).count() == 1
    assert Case.objects.filter(pk=case.pk).values("updated_at", "version").get() == before
    attachment.refresh_from_db()
    assert attachment.deleted_by == cast.agent


def test_it_says_something_and_a_closed_case_takes_none(cast: Cast) -> None:
    case = make_case(cast.owner)
    with pytest.raises(Invalid):
        add_note(actor=cast.agent, case=case, text=" ", now=utc_now())
    with pytest.raises(Invalid):
        add_note(actor=cast.agent, case=case, text="Card 4111 1111 1111 1111", now=utc_now())
    make_update(cast.owner, case, text="More")
    with pytest.raises(Conflict):
        add_note(actor=cast.agent, case=case, text="Old", expected_version=1, now=utc_now())
    make_closed(cast.owner, case)
    with pytest.raises(Conflict):
        add_note(actor=cast.agent, case=case, text="Late", now=utc_now())
    assert not InternalNote.objects.exists()
