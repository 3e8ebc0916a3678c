"""What proves who of another account saw a case or was refused it, by which rule and relation (D5, invariant 6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import hand_over_cases, share_case
from liaison.cases.delegated.proving import Way, note_seen
from liaison.cases.lists.taking import export_cases
from liaison.cases.lists.wanted import Wanted
from liaison.cases.models import Case
from liaison.cases.opening import note_opened
from liaison.cases.testing import make_update
from liaison.cases.tests.case_pages import opened
from liaison.cases.tests.delegates import World, day, make_world
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import Bond, Grant
from liaison.delegation.vocabulary import GrantLevel
from liaison.files.testing import make_file
from liaison.lib.refusals import Missing

SEEN, REFUSED = "case.seen_by_delegate", "case.refused_to_delegate"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def kept(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("pk").values_list("facts", flat=True))


def asks(person: Identity, number: str, at: float) -> int:
    """Ask for a case in vain; return the number of statements. What it may do was read with the session."""
    assert person.privileges is not None
    with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
        access.case_for(person, number, day(at))
    return len(asked)


def test_an_opening_names_the_rule_and_the_relation_that_opened_the_case(world: World) -> None:
    early, case = world.files(1), world.files(2)
    note_seen(world.rita, case, Way.PAGE, day(3))
    bond, grant = Bond.objects.get(), Grant.objects.get()
    account, domain = world.rita.account.pk, world.rita.domain_id
    assert kept(SEEN) == [
        {
            "way": "page", "account": account, "domain": domain, "rule": "bound_when_filed",
            "bond": bond.pk, "grant": grant.pk,
        }
    ]  # fmt: skip
    event = Event.objects.get(kind=SEEN)
    assert (event.actor_id, event.subject_id, event.account_id) == (
        str(world.rita.pk), str(case.pk), world.customer.pk,
    )  # fmt: skip
    world.manages(world.nina, 4)
    world.grants(world.nina, 4, GrantLevel.VIEW)
    hand_over_cases(
        actor=signed_in(world.ugo), customer=world.customer, account=world.nina.account, numbers=[early.number],
        now=day(5),
    )  # fmt: skip
    share = share_case(actor=world.ugo, case=case, address=world.nina.username, right="view", now=day(5))
    note_seen(world.nina, early, Way.API, day(6))
    note_seen(world.nina, case, Way.API, day(6))
    assert [(one["rule"], one.get("share")) for one in kept(SEEN)[1:]] == [
        ("handed_over", None),
        ("shared", share.public_id),
    ]


def test_the_same_is_kept_once_a_minute_and_never_of_ones_own_account_or_staff(world: World, cast: Cast) -> None:
    case = world.files(1)
    for person in (world.ugo, world.rosa, cast.agent):
        assert person.privileges
        with CaptureQueriesContext(connection) as asked:
            note_seen(person, case, Way.PAGE, day(2))
        assert len(asked) == 0
    minute = 1 / 24 / 60
    for moment in (0, 0.5, 1, 1.5):
        note_seen(world.rita, case, Way.PAGE, day(2 + moment * minute))
    note_seen(world.rita, case, Way.API, day(2))
    assert len(kept(SEEN)) == 3


def test_a_page_is_an_opening(world: World) -> None:
    case = world.files(1)
    assert opened(world.rita, case).status_code == 200
    opened(world.ugo, case)
    assert [one["way"] for one in kept(SEEN)] == ["page"]


def test_downloads_and_exports_are_kept_each_and_lists_are_not(world: World) -> None:
    case, other = world.files(1), world.files(2)
    own = make_identity(world.rita.account, PredefinedRole.ADMINISTRATOR, "Olga Own", now=day(0))
    update = make_update(world.ugo, case, files=(make_file(world.ugo, now=day(3)).public_id,), now=day(3))
    attachment = update.attachments.get()
    for _again in range(2):
        note_opened(actor=world.rita, attachment=attachment, now=day(4))
    assert [(one["way"], one["attachment"]) for one in kept(SEEN)] == [("download", attachment.public_id)] * 2
    assert sign_in(Client(), own).get("/u/0/cases").status_code == 200
    pieces = export_cases(actor=own, wanted=Wanted(), zone="Europe/Rome", language="en", now=day(5))
    text = "".join(str(one) for one in pieces)
    assert text.count(case.title) == 2
    exported = Event.objects.filter(kind=SEEN, actor_id=str(own.pk))
    assert {one.subject_id for one in exported} == {str(case.pk), str(other.pk)}
    assert {one.facts["way"] for one in exported} == {"export"}


def test_a_refusal_names_the_rule_and_answers_as_what_is_not_there(world: World, cast: Cast) -> None:
    """Invariant 6: with the same number of statements; nothing is kept of a number that nobody has."""
    case = world.files(1)
    world.manages(world.nina, 5)
    for person, rule in (
        (world.rita, "not_bound"),
        (world.nina, "not_bound_when_filed"),
        (cast.outsider, "no_privilege"),
    ):
        assert asks(person, case.number, 6) == asks(person, "000000000", 6)
        assert kept(REFUSED)[-1]["rule"] == rule
    assert len(kept(REFUSED)) == 3
    world.manages(world.rita, 7)
    asks(world.rita, case.number, 8)
    assert kept(REFUSED)[-1]["rule"] == "not_granted"
    assert kept(REFUSED)[-1]["bond"] == Bond.objects.get(ended_at=None).pk


def test_nobody_learns_by_the_number_of_statements_what_is_there(world: World, cast: Cast) -> None:
    """Also who reads no cases of their own account, and whoever asks for a file (W8, W12)."""
    case = world.files(1)
    reseller = make_identity(world.rita.account, PredefinedRole.RESELLER_ADMINISTRATOR, "Ria Role", now=day(0))
    own: Case = world.files(2)
    Case.objects.filter(pk=own.pk).update(account=world.rita.account)
    assert asks(reseller, own.number, 3) == asks(reseller, "000000000", 3)
    update = make_update(world.ugo, case, files=(make_file(world.ugo, now=day(3)).public_id,), now=day(3))
    partner = make_identity(world.nina.account, PredefinedRole.EDITOR, "Ed Editor", now=day(0))
    for person in (world.nina, partner, cast.outsider):
        assert person.privileges
        counts = set()
        for public_id in (update.attachments.get().public_id, "x" * 12):
            with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
                access.attachment_for(person, public_id, day(4))
            counts.add(len(asked))
        assert len(counts) == 1
    assert AccountKind(world.nina.account.kind) is AccountKind.RESELLER
