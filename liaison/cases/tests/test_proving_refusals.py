"""What another account's people may not do at a case that they see is kept with the rule that says so (D5, issue 7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import make_identity
from liaison.api.tests.house import Caller
from liaison.audit.models import Event
from liaison.cases import access, actions
from liaison.cases.models import Case, Share
from liaison.cases.sharing import share_for
from liaison.cases.testing import make_update
from liaison.cases.tests.case_pages import address, opened, posted, text_of, words
from liaison.cases.tests.delegates import World, day, make_world
from liaison.cases.vocabulary import CloseReason
from liaison.delegation import actions as relations
from liaison.delegation.models import Bond, Grant
from liaison.delegation.testing import make_delegate
from liaison.delegation.vocabulary import GrantLevel
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Rita may view the customer's cases, no more."""
    made = make_world()
    made.grants(made.rita, 0.5, GrantLevel.VIEW)
    return made


def kept(way: str = "action") -> list[dict[str, Any]]:
    events = Event.objects.filter(kind="case.refused_to_delegate", facts__way=way)
    return list(events.order_by("pk").values_list("facts", flat=True))


def rules() -> list[str]:
    return [one["rule"] for one in kept()]


def test_a_grant_to_view_refuses_every_change_by_page_and_says_which_grant_it_was(world: World) -> None:
    asked: dict[str, dict[str, str]] = {
        "/send": {"text": "We look after it."},
        "/draft": {"text": "We look"},
        "/reopen": {"reason": "Not solved"},
        "/shares": {"address": "friend@example.test", "right": "view"},
        "/links": {"number": "123456789"},
    }
    for place, values in asked.items():
        assert posted(world.rita, world.files(1), place, **values).status_code == 403, place
        assert len(kept()) == list(asked).index(place) + 1, place
    expected = {
        "way": "action", "account": world.rita.account.pk, "domain": world.rita.domain_id, "rule": "only_view",
        "bond": Bond.objects.get().pk, "grant": Grant.objects.get(ended_at=None).pk,
    }  # fmt: skip
    assert kept() == [expected] * len(asked)


def test_the_api_keeps_the_same(world: World) -> None:
    rita = Caller(world.rita)
    for path, body in (
        ("updates", {"text": "We look after it.", "severity": "critical"}),
        ("shares", {"address": "friend@example.test", "right": "view"}),
        ("reopening", {"reason": "Not solved"}),
    ):
        assert rita.post(f"/cases/{world.files(1).number}/{path}", body).status_code == 403, path
    assert rules() == ["only_view"] * 3
    for path in ("notes", "access"):
        assert rita.get(f"/cases/{world.files(1).number}/{path}").status_code == 403, path
    assert rules()[3:] == ["not_for_delegates"] * 2


def test_a_refusal_inside_of_a_transaction_is_kept_by_whoever_answers_it(world: World) -> None:
    """What the verb wrote is undone with it, so the refusal carries it."""
    case = world.files(1)
    with pytest.raises(Forbidden) as refused:
        actions.share_case(actor=world.rita, case=case, address="friend@example.test", right="view", now=day(2))
    assert kept() == []
    refused.value.keep()
    refused.value.keep()
    assert rules() == ["only_view"]
    world.revokes(world.rita, 3)
    with pytest.raises(Missing) as gone:
        actions.share_case(actor=world.rita, case=case, address="friend@example.test", right="view", now=day(4))
    gone.value.keep()
    assert [one["rule"] for one in kept("asked")] == ["not_granted"]


def test_what_is_refused_when_many_are_closed_is_kept_of_each(world: World) -> None:
    cases = [world.files(1), world.files(1)]
    numbers = [one.number for one in cases]
    actions.close_cases(actor=world.rita, numbers=numbers, reason=CloseReason.SOLVED, now=day(2))
    assert rules() == ["only_view", "only_view"]


def test_the_same_is_kept_once_a_minute_and_nothing_of_ones_own_account(world: World) -> None:
    case = world.files(1)
    for _again in range(3):
        assert posted(world.rita, case, "/draft", text="We look").status_code == 403
    assert len(kept()) == 1
    assert posted(world.rosa, case, "/draft", text="I look").status_code == 403
    assert len(kept()) == 1


def test_the_rule_says_whether_a_role_or_a_share_or_being_a_delegate_was_lacking(world: World) -> None:
    case = world.files(1)
    hanna = make_delegate("aiuto", AccountKind.SUPPORT_PARTNER, now=day(0))
    reader = make_identity(hanna.account, PredefinedRole.READER, "Rene Reader", language="en", now=day(0))
    relations.begin_support(actor=world.ugo, customer=world.customer, partner=hanna.account, why="", now=day(0.6))
    world.grants(hanna, 0.7)
    late = world.files(2)
    share = actions.share_case(actor=world.ugo, case=case, address=world.nina.username, right="comment", now=utc_now())
    for person, about, place, rule in (
        (reader, late, "/draft", "only_reads"),
        (hanna, late, "/access", "not_for_delegates"),
        (world.nina, case, "/shares", "only_shared"),
    ):
        answer = opened(person, about, place) if place == "/access" else posted(person, about, place, text="Hello")
        assert answer.status_code == 403
        assert rules()[-1] == rule
    assert kept()[-1]["share"] == share.public_id
    assert (kept()[-1]["bond"], kept()[-1]["grant"]) == (0, 0)


def test_who_would_take_back_what_is_not_theirs_to_give_is_kept(world: World) -> None:
    slug = world.rita.account.slug
    assert Caller(world.rita).delete(f"/cases/{world.files(1).number}/hand-overs/{slug}").status_code == 403
    assert posted(world.rita, world.files(1), "/take-back", account=slug).status_code == 403
    assert rules() == ["not_for_delegates"] * 2


def test_who_asks_for_a_share_in_vain_is_kept_and_learns_nothing(world: World) -> None:
    """Invariant 6: as many statements for a share that is not there."""
    case = world.files(1)
    share: Share = actions.share_case(actor=world.ugo, case=case, address="a@example.test", right="view", now=day(2))
    counts = set()
    for public_id in (share.public_id, "x" * 12):
        assert world.nina.privileges
        with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
            share_for(world.nina, public_id, day(3))
        counts.add(len(asked))
    assert len(counts) == 1
    assert [one["rule"] for one in kept("asked")] == ["not_bound"]


def test_the_page_of_proof_says_it_in_words(world: World) -> None:
    case = world.files(1)
    assert posted(world.rita, case, "/draft", text="We look").status_code == 403
    shown = words(opened(world.ugo, case, "/access").content.decode())
    assert "Was refused an action The customer granted it to view cases, no more." in shown
    assert address(case) in text_of(world.ugo, case)


def test_what_belongs_to_support_alone_is_kept_too(world: World) -> None:
    case: Case = world.files(1)
    update = make_update(world.ugo, case, files=(make_file(world.ugo, now=day(2)).public_id,), now=day(2))
    public_id = update.attachments.get().public_id
    found = access.attachment_for(world.rita, public_id, day(3))
    with pytest.raises(Forbidden) as refused:
        actions.delete_attachment(actor=world.rita, attachment=found, reason="Old", now=day(3))
    refused.value.keep()
    assert rules() == ["not_for_delegates"]
