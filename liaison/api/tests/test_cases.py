"""Cases over the API: the same verbs, and never more than the caller sees (S2, D7, D8, D9, W8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.testing import Cast, make_cast
from liaison.api.tests.house import Caller, problem_of
from liaison.cases.actions import add_note, link_case
from liaison.cases.models import Case, Share
from liaison.cases.testing import make_case, make_closed, make_incident, make_premium, make_update
from liaison.cases.tests.delegates import make_world
from liaison.cases.vocabulary import LinkKind, ShareRight
from liaison.delegation.testing import make_delegate
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now

SECRET = "Zanzibar"
NEW = {
    "product": "other", "category": "question", "title": "Bookings stay open",
    "description": "Since Monday some are never confirmed.", "severity": "high",
}  # fmt: skip


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.colleague)


def _file(caller: Caller, **values: Any) -> dict[str, Any]:
    answer = caller.post("/cases", {**NEW, **values})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_program_files_a_case_once(cast: Cast) -> None:
    caller = Caller(cast.owner)
    found = _file(caller, submission="job-1")
    assert _file(caller, submission="job-1")["number"] == found["number"]
    assert (found["state"], found["severity"], found["filed_via"], found["version"]) == ("new", "high", "api", 1)
    assert (found["account"], found["language"], found["time_zone"]) == ("bistro", "en", "Europe/Rome")
    assert found["may"] == ["change", "comment", "read"]
    assert caller.get(f"/cases/{found['number']}").json() == found


def test_what_is_wrong_is_said_in_the_caller_s_language(cast: Cast) -> None:
    body = {**NEW, "description": "Card 4111 1111 1111 1111"}
    problem = problem_of(Caller(cast.owner, language="en").post("/cases", body), 422)
    errors = {error["field"]: error for error in problem["errors"]}
    assert list(errors) == ["description"]
    assert errors["description"]["code"] == "case_personal_data"
    assert "a card number" in errors["description"]["detail"]
    assert "1111 1111" not in str(problem)
    said = {"kinds": ["card_number"], "reason": "A test card"}
    assert _file(Caller(cast.owner), description=body["description"], personal_data=said)


def test_readers_and_strangers_file_nothing(cast: Cast) -> None:
    problem_of(Caller(cast.reader).post("/cases", NEW), 403)
    problem_of(Caller(cast.outsider).post("/cases", {**NEW, "account": "bistro"}), 404)
    assert _file(Caller(cast.agent), account="bistro")["account"] == "bistro"


def test_one_send_says_what_it_changed(cast: Cast, case: Case) -> None:
    make_premium(cast.partner)
    caller, file = Caller(cast.owner), make_file(cast.owner, utc_now())
    body = {
        "text": "Worse", "severity": "critical", "severity_reason": "All", "escalate": "worsened",
        "justification": "Orders are lost.", "files": [file.public_id], "expected_version": 1,
    }  # fmt: skip
    answer = caller.post(f"/cases/{case.number}/updates", body)
    assert answer.status_code == 201, answer.content
    update = answer.json()
    assert [change["kind"] for change in update["changes"]] == ["severity", "escalated", "attached"]
    assert len(update["sentences"]) == 3
    assert update["attachments"][0]["name"] == "note.txt"
    changed = problem_of(caller.post(f"/cases/{case.number}/updates", body), 409)
    assert changed["code"] == "case_changed_meanwhile"
    assert (changed["facts"]["by"], changed["facts"]["version"]) == (cast.owner.name, 2)


def test_who_may_not_is_told_why(cast: Cast, case: Case) -> None:
    path = f"/cases/{case.number}/updates"
    assert problem_of(Caller(cast.reader).post(path, {"text": "Me"}), 403)["code"] == "not_allowed"
    escalated = Caller(cast.owner).post(path, {"escalate": "other", "justification": "Now"})
    assert problem_of(escalated, 403)["code"] == "case_no_premium"
    problem_of(Caller(cast.outsider).post(path, {"text": "Me"}), 404)


def test_it_says_until_when_a_closed_case_can_be_reopened(cast: Cast, case: Case) -> None:
    """D8: in the caller's zone."""
    caller = Caller(cast.owner)
    assert caller.get(f"/cases/{case.number}").json()["reopenable_until"] is None
    closed_at = make_closed(cast.owner, case).closed_at
    assert closed_at is not None
    until = caller.get(f"/cases/{case.number}").json()["reopenable_until"]
    gone = closed_at + timedelta(days=30) - datetime.fromisoformat(until)
    assert timedelta() <= gone < timedelta(milliseconds=1)  # answers have milliseconds
    assert until.endswith(("+01:00", "+02:00")), until
    update = caller.post(f"/cases/{case.number}/reopening", {"reason": "Back"}).json()
    assert update["changes"] == [{"kind": "reopened", "reason": "Back"}]
    problem_of(caller.post(f"/cases/{case.number}/reopening", {"reason": "Back"}), 409)


def test_many_are_closed_and_each_has_an_answer(cast: Cast, case: Case) -> None:
    theirs = make_case(cast.outsider)
    body = {"numbers": [case.number, theirs.number], "reason": "solved"}
    done, refused = Caller(cast.owner).post("/case-closings", body).json()
    assert (done["number"], done["refusal"], done["title"]) == (case.number, "", case.title)
    assert (refused["refusal"], refused["title"]) == ("missing", "")
    assert refused["detail"]


def test_a_delegate_lists_the_cases_of_its_customers_of_one_and_by_name(cast: Cast) -> None:
    """D5, D6, W7: `customer` narrows, also to what is not seen; `sort=customer` has a cursor of its own."""
    world = make_world()
    filed = make_case(world.ugo, title="Of a customer")
    own = make_case(world.rita, title="Own", now=filed.created_at - timedelta(hours=1))
    stranger = make_case(make_delegate("stranger"))
    caller = Caller(world.rita)

    def listed(**asked: str) -> list[str]:
        return [one["number"] for one in caller.get("/cases", **asked).json()["items"]]

    assert listed() == [filed.number, own.number]
    assert listed(customer="trattoria") == listed(account="trattoria") == [filed.number]
    assert listed(customer=stranger.account.slug) == listed(customer="nobody") == []
    assert listed(sort="customer") == [own.number, filed.number]
    first = caller.get("/cases", sort="customer", limit="1").json()
    assert listed(sort="customer", cursor=first["next"]) == [filed.number]
    problem = problem_of(caller.get("/cases", cursor=first["next"]), 422)
    assert [error["code"] for error in problem["errors"]] == ["value_unknown_cursor"]


def test_the_list_is_by_last_update_in_pages(cast: Cast) -> None:
    start = utc_now()
    cases = [make_case(cast.owner, title=f"Case {each}", now=start + timedelta(seconds=each)) for each in range(5)]
    make_update(cast.owner, cases[1], text="Newest", now=start + timedelta(minutes=1))
    make_closed(cast.owner, cases[0], now=start + timedelta(seconds=30))
    make_case(cast.outsider)
    caller = Caller(cast.reader)
    first = caller.get("/cases", limit=2).json()
    second = caller.get("/cases", limit=2, cursor=first["next"]).json()
    third = caller.get("/cases", limit=2, cursor=second["next"]).json()
    titles = [one["title"] for page in (first, second, third) for one in page["items"]]
    assert titles == ["Case 1", "Case 0", "Case 4", "Case 3", "Case 2"]
    assert third["next"] is None
    closed = caller.get("/cases", state="closed").json()["items"]
    assert [one["title"] for one in closed] == ["Case 0"]
    assert caller.get("/cases", severity="critical").json()["items"] == []
    assert [one["title"] for one in caller.get("/cases", q="confirmed", state="closed").json()["items"]] == ["Case 0"]
    assert problem_of(caller.get("/cases", q="confirmed", cursor="nothing"), 422)
    for cursor in ("nothing", "12-34", "9.x.1"):
        problem_of(caller.get("/cases", cursor=cursor), 422)


def test_the_number_of_queries_does_not_grow(cast: Cast, case: Case) -> None:
    caller = Caller(cast.owner)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status_code == 200
        return len(queries)

    paths = ("/cases", f"/cases/{case.number}", f"/cases/{case.number}/updates", f"/cases/{case.number}/attachments")
    other = make_case(cast.owner)
    link_case(actor=cast.owner, case=case, other=other, kind=LinkKind.RELATED, now=utc_now())
    make_update(cast.owner, case, files=(make_file(cast.owner, utc_now()).public_id,))
    assert [count(path) for path in paths]  # the first call also notes that the token was used
    before = [count(path) for path in paths]
    for person in (cast.owner, cast.colleague, cast.agent):
        make_update(person, case, text="More", files=(make_file(person, utc_now()).public_id,))
        link_case(
            actor=cast.owner,
            case=case,
            other=make_case(person, account=cast.partner),
            kind=LinkKind.RELATED,
            now=utc_now(),
        )
    assert [count(path) for path in paths] == before
    assert max(before) <= 12, before


def test_what_is_linked_is_named_only_to_whoever_sees_it(cast: Cast, case: Case) -> None:
    other, incident = make_case(cast.owner), make_incident(cast.partner, utc_now())
    caller = Caller(cast.owner)
    assert caller.post(f"/cases/{case.number}/links", {"case": other.number, "kind": "duplicate"}).status_code == 200
    linked = caller.post(f"/cases/{case.number}/links", {"incident": incident.public_id}).json()
    assert [(one["number"], one["link"]) for one in linked["related"]] == [(other.number, "duplicate")]
    assert linked["incidents"] == [incident.public_id]
    Share.objects.create(
        case=case, address="otto@x.test", identity=cast.outsider, right=ShareRight.VIEW, created_at=utc_now()
    )
    guest = Caller(cast.outsider)
    seen = guest.get(f"/cases/{case.number}").json()
    assert (seen["related"], seen["incidents"], seen["may"]) == ([], [], ["read"])
    told = guest.get(f"/cases/{case.number}/updates").content.decode()
    assert other.number not in told
    assert other.title not in told or other.title == case.title
    assert incident.public_id not in told
    for query in ({"case": other.number}, {"incident": incident.public_id}):
        assert caller.delete(f"/cases/{case.number}/links", **query).status_code == 204
        problem_of(caller.delete(f"/cases/{case.number}/links", **query), 409)
    problem_of(caller.delete(f"/cases/{case.number}/links"), 422)
    problem_of(caller.post(f"/cases/{case.number}/links", {"case": make_case(cast.outsider).number}), 404)


def test_attachments_are_downloaded_by_whoever_sees_them_until_support_deletes_them(cast: Cast) -> None:
    file = make_file(cast.owner, utc_now())
    case = make_case(cast.owner, files=(file.public_id,))
    attachment = Caller(cast.reader).get(f"/cases/{case.number}/attachments").json()[0]
    path = f"/case-attachments/{attachment['id']}"
    answer = Caller(cast.reader).get(f"{path}/content")
    assert b"".join(answer.streaming_content) == b"It stopped at noon.\n"
    assert answer["Content-Disposition"].startswith("attachment")
    problem_of(Caller(cast.outsider).get(f"{path}/content"), 404)
    problem_of(Caller(cast.owner).post(f"{path}/deletion", {"reason": "Please"}), 403)
    gone = Caller(cast.agent).post(f"{path}/deletion", {"reason": "A card number"}).json()
    assert (gone["deleted_by"], gone["deleted_because"]) == (cast.agent.name, "A card number")
    assert gone["sha256"] == attachment["sha256"]
    problem_of(Caller(cast.reader).get(f"{path}/content"), 409)


@pytest.fixture
def noted(cast: Cast, case: Case) -> Case:
    """Return a case with a note of support that says a word, and a file beside it whose name says it too."""
    file = make_file(cast.agent, utc_now(), name=f"{SECRET}.txt", content=SECRET.encode())
    add_note(actor=cast.agent, case=case, text=f"{SECRET} pays late.", files=[file.public_id], now=utc_now())
    return case


def test_no_answer_to_anybody_outside_holds_a_word_of_a_note(cast: Cast, noted: Case) -> None:
    """W8, over every operation that reads a case."""
    Share.objects.create(
        case=noted, address="otto@x.test", identity=cast.outsider, right=ShareRight.COMMENT, created_at=utc_now()
    )
    attachment = noted.attachments.get(update=None)
    paths = ("/cases", f"/cases/{noted.number}", f"/cases/{noted.number}/updates", f"/cases/{noted.number}/attachments")
    for actor in (cast.owner, cast.reader, cast.outsider):
        caller = Caller(actor)
        for path in paths:
            assert SECRET not in caller.get(path).content.decode(), (actor, path)
        problem_of(caller.get(f"/cases/{noted.number}/notes"), 403)
        problem_of(caller.post(f"/cases/{noted.number}/notes", {"text": "Mine"}), 403)
        problem_of(caller.get(f"/case-attachments/{attachment.public_id}/content"), 404)
        sent = caller.post(f"/cases/{noted.number}/updates", {"ask_deletion": [
            {"attachment": attachment.public_id, "reason": "Why not"}
        ]})  # fmt: skip
        assert SECRET not in sent.content.decode()
        assert sent.status_code in {403, 422}


def test_a_note_changes_nothing_that_is_read_outside(cast: Cast, case: Case) -> None:
    """W8: not the order, not a moment, not a version."""
    newer = make_case(cast.owner, now=utc_now() + timedelta(seconds=1))
    caller = Caller(cast.owner)
    before = caller.get("/cases").content, caller.get(f"/cases/{case.number}").content
    add_note(actor=cast.agent, case=case, text="Late", now=utc_now() + timedelta(minutes=1))
    assert (caller.get("/cases").content, caller.get(f"/cases/{case.number}").content) == before
    first = Caller(cast.agent).get("/cases").json()["items"]
    assert [one["number"] for one in first] == [case.number, newer.number]


def test_staff_read_and_write_notes(cast: Cast, noted: Case) -> None:
    (note,) = Caller(cast.manager).get(f"/cases/{noted.number}/notes").json()
    assert (note["by"], note["attachments"][0]["is_internal"]) == (cast.agent.name, True)
    problem_of(Caller(cast.manager).post(f"/cases/{noted.number}/notes", {"text": "Mine"}), 403)
    assert Caller(cast.agent).post(f"/cases/{noted.number}/notes", {"text": "Two"}).status_code == 201
