"""Shares and news of cases for who has no mailbox, or forwards their mail elsewhere (D10, W13)."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.actions import (
    ask_to_forward,
    confirm_forwarding,
    limit_sharing,
    stop_forwarding,
    suspend_identity,
)
from liaison.accounts.links import proof_token
from liaison.accounts.models import Domain, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, sign_in
from liaison.accounts.tests.mails import mails
from liaison.cases import access
from liaison.cases.actions import share_case
from liaison.cases.models import Case, Share
from liaison.cases.people import people_panel
from liaison.cases.readers import readers_of
from liaison.cases.testing import make_case
from liaison.cases.vocabulary import CaseRight, ShareCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid

THERE = "guest@forwarded.example"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.colleague)


@pytest.fixture
def guest(cast: Cast) -> Identity:
    """Return somebody of another account, in a domain that it owns, without a mailbox."""
    Domain.objects.create(account=cast.elsewhere, name="free.example", verified_at=utc_now())
    made = make_identity(cast.elsewhere, PredefinedRole.READER, "Gina Guest", mailbox="")
    made.username, made.domain = "gina@free.example", Domain.objects.get(name="free.example")
    made.save()
    return made


def forward(identity: Identity, address: str = THERE) -> Identity:
    proof = ask_to_forward(actor=identity, address=address, now=utc_now())
    return confirm_forwarding(token=proof_token(proof), now=utc_now())


def shared(actor: Identity, case: Case, address: str) -> Share:
    return share_case(actor=actor, case=case, address=address, right="view", now=utc_now())


def told(case: Case) -> dict[str, str]:
    return {one.person.key: one.person.address for one in readers_of(case.pk, utc_now())}


def test_a_share_reaches_the_address_that_was_typed_and_leads_to_its_own_sign_in(
    cast: Cast, case: Case, guest: Identity
) -> None:
    """D10: the mail's link names the identity, so the slot that holds it opens, else its sign-in."""
    shared(cast.colleague, case, guest.username)
    (mail,) = [one for one in mails() if one.to == guest.username]
    assert mail.may_still_be_sent
    assert f"/go/cases/{case.number}?as={guest.public_id}" in mail.text
    browser = Client()
    to_sign_in = browser.get(f"/go/cases/{case.number}?as={guest.public_id}")["Location"]
    assert to_sign_in == f"/u/0/signin/?next=%2Fu%2F0%2Fcases%2F{case.number}"
    sign_in(browser, cast.owner, slot=0)
    sign_in(browser, guest, slot=3)
    led = browser.get(f"/go/cases/{case.number}?as={guest.public_id}")["Location"]
    assert led == f"/u/3/cases/{case.number}"
    assert case.title in browser.get(led).text


def test_news_of_the_case_go_where_they_are_forwarded_to(cast: Cast, case: Case, guest: Identity) -> None:
    shared(cast.colleague, case, guest.username)
    key = f"identity:{guest.pk}"
    assert told(case)[key] == guest.username
    forwarded = forward(guest)
    assert told(case)[key] == THERE
    assert people_panel(forwarded, case, utc_now()).has_mailbox
    stop_forwarding(actor=guest, now=utc_now())
    assert told(case)[key] == guest.username
    forward(cast.colleague, "carlo@private.example")
    assert told(case)[f"identity:{cast.colleague.pk}"] == "carlo@private.example"


def test_a_share_with_the_address_that_is_forwarded_to_is_one_with_the_identity(
    cast: Cast, case: Case, guest: Identity
) -> None:
    """D10: one's own other mailbox counts as the same person, before and after it is proved."""
    before = shared(cast.colleague, case, THERE)
    assert not access.rights_on(guest, case, utc_now())
    forward(guest)
    assert access.rights_on(guest, case, utc_now()) == {CaseRight.READ}
    before.refresh_from_db()
    assert before.identity == guest
    assert shared(cast.colleague, make_case(cast.colleague), THERE.upper()).identity == guest


def test_one_s_own_other_mailbox_is_the_same_person_where_domains_are_limited(cast: Cast, case: Case) -> None:
    """D10."""
    limit_sharing(actor=cast.owner, account=cast.partner, domains=["allowed.example"], now=utc_now())
    case.account.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        shared(cast.colleague, case, THERE)
    assert [problem.code for problem in refused.value.problems] == [ShareCode.OUTSIDE]
    assert shared(forward(cast.colleague), case, THERE).identity == cast.colleague


def test_nothing_is_shared_with_the_other_address_of_somebody_suspended(
    cast: Cast, case: Case, guest: Identity
) -> None:
    """W13: else their address would open what their identity may not."""
    forward(guest)
    suspend_identity(actor=TESTS, identity=guest, now=utc_now())
    share = shared(cast.colleague, case, THERE)
    assert share.identity is not None
    assert share.identity.pk == guest.pk
    assert [one for one in mails() if one.to == THERE and case.number in one.text and one.may_still_be_sent] == []
