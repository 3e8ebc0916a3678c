"""What stands around a case is what its reader sees of it, as the doors say it (W7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.cases.access import visible_cases
from liaison.cases.lists.testing import SOON, keep_case, keep_note
from liaison.cases.models import Attachment, Case, CaseIncident, CaseLink, Presence, ReplyDraft, Share
from liaison.cases.near import Around, around, near_incidents, related_cases
from liaison.cases.testing import make_incident
from liaison.cases.vocabulary import LinkKind, UrgentState
from liaison.files.testing import make_file
from liaison.health.access import visible_incidents
from liaison.health.models import Incident
from liaison.lib.clock import utc_now

NOW = SOON + timedelta(days=1)


def everybody(cast: Cast) -> Iterator[Identity]:
    yield from (cast.owner, cast.reader, cast.outsider, cast.agent, cast.engineer, cast.manager, cast.administrator)


def test_of_what_belongs_with_a_case_everybody_reads_what_they_see(cast: Cast) -> None:
    followed = keep_case(cast.partner, "followed", state="closed")
    theirs, shared = (keep_case(cast.elsewhere, title) for title in ("theirs", "shared"))
    case = keep_case(cast.partner, "case", follows=followed)
    own = [
        keep_case(cast.partner, "own"),
        keep_case(cast.partner, "urgent", urgent_state=UrgentState.CONFIRMED, criterion="integration_down"),
    ]
    near = [followed, theirs, shared, *own, keep_case(cast.partner, "follow-up", follows=case)]
    for first, second in ((theirs, case), (shared, case), *((case, one) for one in own)):
        CaseLink.objects.create(case=first, other=second, kind=LinkKind.RELATED, linked_at=SOON)
    keep_case(cast.partner, "nothing to do with it")
    Share.objects.create(case=shared, address="a@b.test", identity=cast.owner, right="view", created_at=SOON)
    for person in everybody(cast):
        seen = visible_cases(person, NOW).filter(pk__in=[one.pk for one in near])
        found = related_cases(person, case, NOW)
        assert [one.number for one in found] == list(seen.order_by("-pk").values_list("number", flat=True)), person
        assert {one.title for one in found if not one.link} <= {"followed", "follow-up"}
    titles = [one.title for one in related_cases(cast.owner, case, NOW)]
    assert titles == ["follow-up", "urgent", "own", "shared", "followed"]


def test_everybody_reads_the_incidents_that_they_see_and_none_of_another_account(cast: Cast) -> None:
    """W8: the second account's one may be named only by a mistake of ours, and is not told even then."""
    case = keep_case(cast.partner)
    named, older, newer, theirs = (
        make_incident(account, utc_now()) for account in (cast.partner, cast.partner, cast.partner, cast.elsewhere)
    )
    for one in (named, theirs):
        CaseIncident.objects.create(case=case, incident=one, linked_at=SOON)
    of_account = Incident.objects.filter(environment__integration__account=cast.partner)
    for person in everybody(cast):
        seen = set(visible_incidents(person).filter(pk__in=of_account).values_list("pk", flat=True))
        found = near_incidents(person, case, 5)
        assert {one.pk for one in found} == seen, person
        assert [one.pk for one in found if one.is_linked] == [named.pk] * bool(seen)
    assert [one.pk for one in near_incidents(cast.owner, case, 1)] == [named.pk, newer.pk]
    assert [one.pk for one in near_incidents(cast.owner, case)] == [named.pk]
    assert near_incidents(cast.owner, case, 5)[2].name == near_incidents(cast.owner, case, 5)[1].name
    assert older.pk < newer.pk


def test_it_is_said_of_each_thing_whether_there_is_any(cast: Cast) -> None:
    case, person = keep_case(cast.partner), cast.owner

    def there(of: Case = case, *, sees_notes: bool = False) -> dict[str, bool]:
        return around(of, person.pk, NOW, sees_notes=sees_notes)._asdict()

    nothing = dict.fromkeys(Around._fields, False)
    assert there() == nothing
    ReplyDraft.objects.create(case=case, identity=cast.colleague, case_version=1, saved_at=NOW)
    Presence.objects.create(case=case, identity=person, is_writing=False, seen_at=NOW)
    Presence.objects.create(case=case, identity=cast.colleague, is_writing=False, seen_at=NOW - timedelta(hours=1))
    Share.objects.create(case=case, address="a@b.test", right="view", created_at=SOON, revoked_at=NOW)
    assert there() == nothing, "a draft and a look of others, one's own look, and a share that is over"
    ReplyDraft.objects.create(case=case, identity=person, case_version=1, saved_at=NOW)
    Presence.objects.filter(identity=cast.colleague).update(seen_at=NOW)
    Share.objects.create(case=case, address="a@b.test", right="view", created_at=SOON)
    assert there() == nothing | {"drafts": True, "present": True, "shares": True}
    follow_up = keep_case(cast.partner, follows=case)
    assert there()["cases"]
    assert there(follow_up)["cases"]
    make_incident(cast.partner, utc_now())
    note = keep_note(case, "secret")
    Attachment.objects.create(case=case, note=note, file=make_file(cast.agent, utc_now()))
    assert there()["incidents"]
    assert there(sees_notes=True)["attachments"]
    assert not there()["attachments"], "W8"
    first, second = keep_case(cast.elsewhere), keep_case(cast.elsewhere)
    assert there(first) == there(second) == nothing
    CaseLink.objects.create(case=first, other=second, kind=LinkKind.RELATED, linked_at=SOON)
    assert there(first) == there(second) == nothing | {"cases": True}
