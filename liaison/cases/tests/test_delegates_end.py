"""What ends with a delegate's access: its shares, its mails, and everything it could open (D5, W6, W14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Domain, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity
from liaison.accounts.tests.mails import mails
from liaison.cases import access
from liaison.cases.actions import end_share, hand_over_cases, share_case, take_back_case
from liaison.cases.delegated.shares import renewable
from liaison.cases.models import Case, Follow, Share
from liaison.cases.readers import readers_of
from liaison.cases.sharing import sees_shares, share_for
from liaison.cases.testing import make_case, make_update
from liaison.cases.tests.case_pages import text_of
from liaison.cases.tests.delegates import World, day, make_world
from liaison.cases.topics import CaseUpdates
from liaison.delegation import actions as relations
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.contactlinks import token_of
from liaison.delegation.testing import add_domain, make_customer, make_delegate
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Missing
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Recipient, Subject

WHO = "somebody@example.test"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def shared(by: Identity, case: Case, at: float, address: str = WHO) -> Share:
    return share_case(actor=by, case=case, address=address, right="view", now=day(at))


def make_delegate_in(domain: Domain, world: World) -> Identity:
    """Return somebody of the reseller who signs in with another of its domains."""
    role = PredefinedRole.ADMINISTRATOR
    twin = make_identity(world.rita.account, role, "Twin Two", language="en", now=day(0))
    Identity.objects.filter(pk=twin.pk).update(domain=domain)
    return Identity.objects.with_account().get(pk=twin.pk)


def is_in_force(share: Share, at: float) -> bool:
    return access.shares_in_force(day(at)).filter(pk=share.pk).exists()


def test_a_delegates_share_ends_with_its_access_and_the_customer_is_told_and_may_renew_it(world: World) -> None:
    """W6; a share that the customer's own people made stays."""
    case = world.files(1)
    theirs, own = shared(world.rita, case, 2), shared(world.ugo, case, 2, "other@example.test")
    world.grants(world.rita, 3, GrantLevel.VIEW)
    assert is_in_force(theirs, 4)
    world.revokes(world.rita, 5)
    assert (is_in_force(theirs, 5), is_in_force(own, 5)) == (False, True)
    assert [(one.pk, one.ended_with) for one in renewable(case)] == [(theirs.pk, world.rita.account)]
    told = Announcement.objects.get(subject_kind="case_shares_ended")
    assert [one.identity_id for one in told.deliveries.all()] == [world.ugo.pk]
    shared(world.ugo, case, 6)
    assert renewable(case) == []


def test_shares_end_of_those_alone_who_see_the_case_no_longer(world: World) -> None:
    """A move to another domain of the account ends the shares that people of the former domain made."""
    case = world.files(1)
    second = add_domain(world.rita.account, "second.resold.test", now=day(0))
    twin = make_delegate_in(second, world)
    theirs = shared(world.rita, case, 2)
    relations.set_manager(actor=TESTS, customer=world.customer, domain=second, why="", now=day(3))
    assert not is_in_force(theirs, 3)
    kept = shared(twin, case, 4)
    world.grants(world.rita, 5, GrantLevel.VIEW)
    assert is_in_force(kept, 6)


def test_shares_of_a_case_end_when_it_is_taken_back(world: World) -> None:
    case, other = world.files(1), world.files(2)
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    hand: dict[str, Any] = {"actor": signed_in(world.ugo), "account": world.nina.account}
    hand_over_cases(customer=world.customer, numbers=None, now=day(6), **hand)
    one, two = shared(world.nina, case, 7), shared(world.nina, other, 7)
    take_back_case(case=case, now=day(8), **hand)
    assert (is_in_force(one, 8), is_in_force(two, 8)) == (False, True)


def test_a_delegate_hears_of_a_case_while_it_sees_it_and_a_queued_mail_is_not_sent_afterwards(world: World) -> None:
    """D5, invariant 2: filers and followers of the delegate; a revocation acts also on mails that wait."""
    case = world.files(1, by=world.rita)
    update = make_update(world.ugo, case, text="Any news?", now=day(2))
    queued = Delivery.objects.get(announcement__subject_id=str(update.pk), identity=world.rita)
    subject = Subject("case_update", str(update.pk), world.customer.pk, {"case": case.pk, "by": world.ugo.pk})
    recipient = Recipient(
        f"identity:{world.rita.pk}", world.rita.pk, queued.address, "Rita Reseller", "en", "Europe/Rome", ()
    )
    assert CaseUpdates().may_receive(subject, recipient)
    world.revokes(world.rita, 3)
    assert not CaseUpdates().may_receive(subject, recipient)
    assert not CaseUpdates().preloaded([subject]).may_receive(subject, recipient)
    later = make_update(world.ugo, case, text="Still open", now=day(4))
    assert not Delivery.objects.filter(announcement__subject_id=str(later.pk), identity=world.rita).exists()


def test_who_hears_of_a_case_is_who_may_see_it_at_every_moment(world: World) -> None:
    """D5, W14: reader and door say the same, whoever manages, supports or was handed the case."""
    case = world.files(1, by=world.rita)
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER, now=day(0))
    people = (world.rita, world.nina, partner)
    for person in (world.nina, partner):  # who files a case follows it
        Follow.objects.create(case=case, identity=person, is_following=True, since=day(1))
    relations.begin_support(actor=world.ugo, customer=world.customer, partner=partner.account, why="", now=day(2))
    agree(case, people, 2, {world.rita})
    world.grants(partner, 3)
    agree(case, people, 3, {world.rita})
    hand: dict[str, Any] = {"actor": signed_in(world.ugo), "customer": world.customer, "numbers": None}
    hand_over_cases(account=partner.account, now=day(4), **hand)
    agree(case, people, 4, {world.rita, partner})
    world.manages(world.nina, 5)
    world.grants(world.nina, 5)
    agree(case, people, 5, {partner})
    hand_over_cases(account=world.nina.account, now=day(6), **hand)
    agree(case, people, 6, {partner, world.nina})


def agree(case: Case, people: tuple[Identity, ...], at: float, expected: set[Identity]) -> None:
    told = {one.person.identity_id for one in readers_of(case.pk, day(at)) if one.is_told}
    for person in people:
        assert (person.pk in told) == (person in expected), (person.name, at)
        assert bool(access.rights_on(person, case, day(at))) == (person in expected), (person.name, at)


def test_a_delegate_reads_changes_and_ends_the_shares_of_a_case_that_it_manages(world: World) -> None:
    """W6: made, and ended, by whoever may change the case; a share that may not be seen is as one that is not there."""
    case = world.files(1)
    made = shared(world.rita, case, 2)
    assert sees_shares(world.rita, case, day(3))
    assert share_for(world.rita, made.public_id, day(3)) == made
    end_share(actor=world.rita, share=made, now=day(3))
    counts = set()
    for public_id in (made.public_id, "x" * 12):
        assert world.nina.privileges
        with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
            share_for(world.nina, public_id, day(4))
        counts.add(len(asked))
    assert len(counts) == 1


def test_a_delegate_that_may_only_view_is_told_why_it_cannot_write(world: World) -> None:
    case = world.files(1)
    world.grants(world.rita, 2, GrantLevel.VIEW)
    assert "The customer lets you view its cases." in text_of(world.rita, case)
    with pytest.raises(Forbidden) as refused:
        make_update(world.rita, case, text="I look after it.", now=day(3))
    assert refused.value.code == DelegationCode.ONLY_VIEW


def test_of_shares_that_end_the_contact_is_told_where_a_customer_has_no_users(cast: Cast) -> None:
    """W6, W11: it has no page to renew them on, so it is told whom to ask."""
    quiet = make_customer("senza", people=False)
    reseller = make_delegate("seller")
    relations.set_manager(actor=TESTS, customer=quiet, domain=reseller.domain, why="", now=utc_now())
    link = relations.send_contact_link(actor=TESTS, customer=quiet, account=reseller.account, now=utc_now())
    relations.use_contact_link(token=token_of(link), level=GrantLevel.MANAGE, why="", now=utc_now())
    case = make_case(reseller, account=quiet, now=utc_now())
    share_case(actor=reseller, case=case, address="friend@example.test", right="view", now=utc_now())
    relations.end_management(actor=TESTS, customer=quiet, why="", now=utc_now())
    (told,) = [one for one in mails() if one.content.subject == "Sharing of your cases has ended"]
    assert told.to == "contact@senza.test"
    assert "ask Example Platform to share it: support@operator.test" in told.text
    assert "/go/" not in told.text
