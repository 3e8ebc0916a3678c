"""Asking for access, answering, signed links to the contact, and the mails about all of it (D3, D11, W11, W14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_identity
from liaison.accounts.tests.mails import Mail, mails
from liaison.audit.models import Event
from liaison.delegation import actions
from liaison.delegation.actions.records import RecordValues
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.contactlinks import LIFETIME, token_of
from liaison.delegation.models import AccessRequest, ContactLink, Grant, SalesRecord
from liaison.delegation.testing import add_domain, make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import Asking, DelegationCode, GrantLevel
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita() -> Identity:
    return make_delegate()


def managed(rita: Identity, slug: str = "trattoria", *, people: bool = True) -> Account:
    customer = make_customer(slug, people=people)
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="Sold", now=utc_now())
    return customer


def to(address: str) -> list[Mail]:
    return [one for one in mails() if one.to == address]


def refused(code: DelegationCode, verb: Any, **values: Any) -> None:
    with pytest.raises(Conflict) as refusal:
        verb(**values)
    assert refusal.value.code == code


def test_the_administrators_are_asked_once_and_grant_or_decline(rita: Identity) -> None:
    """D3, W5."""
    customer, now = managed(rita), utc_now()
    asked = actions.ask_access(actor=rita, customer=customer, now=now)
    assert "Resold asks for access" in to("ugo@trattoria.test")[-1].content.subject
    refused(DelegationCode.ASKED_ALREADY, actions.ask_access, actor=rita, customer=customer, now=now)
    reader = make_identity(customer, PredefinedRole.READER, "Rosa Reader")
    with pytest.raises(Forbidden):
        actions.answer_request(actor=reader, request=asked, level=GrantLevel.VIEW, why="", now=now)
    with pytest.raises(Missing):
        actions.answer_request(actor=person_of(make_customer("b")), request=asked, level=None, why="", now=now)
    ugo = person_of(customer)
    actions.answer_request(actor=ugo, request=asked, level=None, why="", now=now)
    assert "declined" in to("rita@resold.test")[-1].content.subject
    refused(DelegationCode.ASKED_ALREADY, actions.ask_access, actor=rita, customer=customer, now=now)
    refused(
        DelegationCode.ANSWERED_ALREADY, actions.answer_request, actor=ugo, request=asked, level=None, why="", now=now
    )
    later = now + timedelta(days=7, minutes=1)
    again = actions.ask_access(actor=rita, customer=customer, now=later)
    answered = actions.answer_request(actor=ugo, request=again, level=GrantLevel.MANAGE, why="", now=later)
    assert answered.state == Asking.GRANTED
    assert Grant.objects.get().level == GrantLevel.MANAGE
    refused(DelegationCode.GRANTED_ALREADY, actions.ask_access, actor=rita, customer=customer, now=later)
    assert not AccessRequest.objects.filter(state=Asking.WAITS).exists()


def test_who_does_not_work_for_the_customer_cannot_ask(rita: Identity) -> None:
    customer = managed(rita)
    for stranger in (make_delegate("other"), person_of(customer)):
        with pytest.raises(Missing):
            actions.ask_access(actor=stranger, customer=customer, now=utc_now())
    helper = make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    actions.begin_support(actor=person_of(customer), customer=customer, partner=helper.account, why="", now=utc_now())
    with pytest.raises(Forbidden):
        actions.ask_access(
            actor=make_identity(helper.account, PredefinedRole.READER, "Rosa Reader"), customer=customer, now=utc_now()
        )


def test_the_end_of_a_relation_ends_what_was_asked(rita: Identity) -> None:
    customer = managed(rita)
    actions.ask_access(actor=rita, customer=customer, now=utc_now())
    actions.end_management(actor=TESTS, customer=customer, why="", now=utc_now())
    assert AccessRequest.objects.get().state == Asking.OVER


def test_without_users_the_sales_contact_decides_by_a_link_that_works_once(rita: Identity) -> None:
    """D3, W11: single-use, recorded with the address."""
    customer, now = managed(rita, people=False), utc_now()
    actions.ask_access(actor=rita, customer=customer, level=GrantLevel.VIEW, now=now)
    mail = to("contact@trattoria.test")[-1]
    link = ContactLink.objects.get()
    token = token_of(link)
    assert f"/contact-links/access/{token}/" in mail.text
    actions.use_contact_link(token=token, level=GrantLevel.VIEW, why="Yes", now=now)
    grant = Grant.objects.get()
    assert (grant.level, grant.given_by, grant.given_by_address) == ("view", None, "contact@trattoria.test")
    event = Event.objects.get(kind="customer.access_granted")
    assert (event.actor_kind, event.actor_id) == ("link", link.public_id)
    refused(DelegationCode.LINK_OVER, actions.use_contact_link, token=token, level=None, why="", now=now)
    actions.send_contact_link(actor=TESTS, customer=customer, account=rita.account, now=now)
    newer = ContactLink.objects.latest("pk")
    actions.use_contact_link(token=token_of(newer), level=None, why="", now=now)
    assert Grant.objects.get().ended_by_address == "contact@trattoria.test"
    told = to("contact@trattoria.test")[-1]
    assert told.content.subject == "The access of Resold to your cases was revoked"
    assert "ask Example Platform for a new link: support@operator.test" in told.text
    assert "/go/" not in told.text, "it has no page of its own in the portal"


def test_what_a_link_decided_for_a_customer_with_users_its_administrators_are_told(rita: Identity) -> None:
    """W11: a mail that was passed on decides nothing in silence. What its own users decide, they know."""
    customer, now = managed(rita), utc_now()
    actions.send_contact_link(actor=TESTS, customer=customer, account=rita.account, now=now)
    token = token_of(ContactLink.objects.get())
    actions.use_contact_link(token=token, level=GrantLevel.MANAGE, why="", now=now)
    told = to("ugo@trattoria.test")
    assert told[-1].content.subject == "Resold was granted access to your cases"
    assert "new link" not in told[-1].text
    doer = signed_in(person_of(customer))
    actions.revoke_access(actor=doer, customer=customer, account=rita.account, why="", now=now)
    assert len(to("ugo@trattoria.test")) == len(told)


def test_a_link_ends_after_seven_days_with_the_next_one_and_with_the_relation(rita: Identity) -> None:
    """W11."""
    customer, now = managed(rita, people=False), utc_now()

    def sent() -> str:
        return token_of(actions.send_contact_link(actor=TESTS, customer=customer, account=rita.account, now=now))

    def is_over(token: str, at: datetime = now) -> None:
        refused(DelegationCode.LINK_OVER, actions.use_contact_link, token=token, level=None, why="", now=at)

    first, second = sent(), sent()
    is_over(first)
    is_over(second, now + LIFETIME)
    is_over(second + "x")
    is_over("")
    SalesRecord.objects.filter(customer=customer).update(link_address="new@trattoria.test")
    is_over(second)
    third = sent()
    actions.end_management(actor=TESTS, customer=customer, why="", now=now)
    is_over(third)
    assert not Grant.objects.exists()


def test_no_link_goes_to_an_address_that_waits_for_its_confirmation(rita: Identity) -> None:
    """W11: the former contact confirms the new address."""
    customer, now = managed(rita, people=False), utc_now()
    record = SalesRecord.objects.get(customer=customer)
    values = RecordValues(company=record.company, contact_name="Nina Nuova", contact_address="nina@new.test")
    actions.change_sales_record(actor=TESTS, customer=customer, values=values, now=now)
    refused(DelegationCode.ADDRESS_WAITS, actions.ask_access, actor=rita, customer=customer, now=now)
    assert not to("nina@new.test")
    assert "nina@new.test" in to("contact@trattoria.test")[-1].text
    token = token_of(ContactLink.objects.get(purpose="new_address"))
    refused(DelegationCode.LINK_OVER, actions.use_contact_link, token=token, level=GrantLevel.VIEW, why="", now=now)
    actions.confirm_contact_address(token=token, now=now)
    refused(DelegationCode.LINK_OVER, actions.confirm_contact_address, token=token, now=now)
    actions.ask_access(actor=rita, customer=customer, now=now)
    assert to("nina@new.test")


def test_a_customer_whom_nobody_can_ask_is_said_so(rita: Identity) -> None:
    customer = managed(rita, people=False)
    SalesRecord.objects.filter(customer=customer).update(contact_address="", link_address="")
    refused(DelegationCode.NO_CONTACT, actions.ask_access, actor=rita, customer=customer, now=utc_now())
    assert not AccessRequest.objects.exists()


def test_the_grantee_is_told_and_never_the_reason(rita: Identity) -> None:
    """W14, D1: administrators of the domain alone."""
    customer, now = managed(rita), utc_now()
    twin = make_identity(rita.account, PredefinedRole.ADMINISTRATOR, "Twin Two", language="en")
    Identity.objects.filter(pk=twin.pk).update(domain=add_domain(rita.account, "second.resold.test"))
    ugo = signed_in(person_of(customer))
    give: dict[str, Any] = {"actor": ugo, "customer": customer, "account": rita.account, "why": "Secret reason"}
    actions.grant_access(**give, level=GrantLevel.MANAGE, now=now)
    actions.grant_access(**give, level=GrantLevel.VIEW, now=now)
    actions.revoke_access(**give, now=now)
    subjects = [one.content.subject for one in to("rita@resold.test")]
    assert subjects[-1] == "Trattoria has revoked your access to its cases"
    assert not to("twin@resold.test")
    assert not any("Secret" in one.text + one.html for one in mails())


def test_what_is_over_before_it_is_sent_is_not_sent(rita: Identity) -> None:
    """Invariant 2: rights and sense are those of the moment of sending."""
    customer, now = managed(rita), utc_now()
    give: dict[str, Any] = {
        "actor": signed_in(person_of(customer)),
        "customer": customer,
        "account": rita.account,
        "why": "",
    }
    actions.grant_access(**give, level=GrantLevel.VIEW, now=now)
    actions.revoke_access(**give, now=now)
    sent = [one.content.subject for one in to("rita@resold.test") if one.may_still_be_sent]
    assert "Trattoria has granted you access to its cases" not in sent
    assert "Trattoria has revoked your access to its cases" in sent
    Identity.objects.filter(pk=rita.pk).update(suspended_at=now, is_active=False)
    assert not any(one.may_still_be_sent for one in to("rita@resold.test"))


def test_a_partner_is_told_at_once_and_so_are_the_administrators(rita: Identity) -> None:
    """D11."""
    customer = managed(rita)
    helper = make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    bond = actions.begin_support(
        actor=person_of(customer), customer=customer, partner=helper.account, why="", now=utc_now()
    )
    assert to("rita@helpers.test")[-1].content.subject == "Trattoria has made you its support partner"
    assert to("ugo@trattoria.test")[-1].content.subject == "Helpers is your support partner now"
    actions.end_support(actor=helper, bond=bond, why="Secret", now=utc_now())
    assert to("ugo@trattoria.test")[-1].content.subject == "Your support relationship with Helpers has ended"
