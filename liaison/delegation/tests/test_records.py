"""Sales records by their verbs: who changes them, when links wait, and how corrections are asked for and dealt with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_identity, make_operator
from liaison.accounts.tests.mails import mails
from liaison.audit.models import Event
from liaison.delegation import actions, recordaccess
from liaison.delegation.actions.records import MOST_WAITING, RecordValues, address_waits
from liaison.delegation.models import ContactLink, Correction, SalesRecord
from liaison.delegation.testing import make_customer, make_delegate
from liaison.delegation.vocabulary import LinkPurpose, RecordCode
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Account:
    return make_customer(now=NOW)


@pytest.fixture
def administrator() -> Identity:
    return make_identity(make_operator(), PredefinedRole.OPERATOR_ADMINISTRATOR, "Olga Operator", language="en")


@pytest.fixture
def rita(customer: Account) -> Identity:
    rita = make_delegate(now=NOW)
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="", now=NOW)
    return rita


def values(customer: Account, **more: str) -> RecordValues:
    kept = SalesRecord.objects.get(customer=customer)
    now = {"company": kept.company, "address": kept.address, "contact_name": kept.contact_name}
    return RecordValues(**{**now, "contact_address": kept.contact_address, "contact_phone": kept.contact_phone, **more})


def test_staff_create_a_customer_whose_contact_gets_links_at_once(administrator: Identity) -> None:
    made = actions.create_customer(
        actor=administrator, name="한빛 식당", slug="hanbit", language="ko", time_zone="Asia/Seoul",
        values=RecordValues("한빛 식당 주식회사", "서울\u2028강남", "김", "kim@hanbit.test"), now=NOW,
    )  # fmt: skip
    kept = SalesRecord.objects.get(customer=made)
    assert (made.kind, kept.company, kept.address) == (AccountKind.CUSTOMER, "한빛 식당 주식회사", "서울\n강남")
    assert kept.link_address == "kim@hanbit.test"


def test_links_wait_after_a_change_of_the_address_until_staff_confirm(
    customer: Account, administrator: Identity
) -> None:
    """W11: the former contact is asked, links to it are void, and no name or address stands in the event."""
    wanted = values(customer, contact_address="new@trattoria.test")
    kept = actions.change_sales_record(actor=administrator, customer=customer, values=wanted, now=LATER)
    assert (kept.contact_address, kept.link_address, address_waits(kept)) == ("new@trattoria.test", "", True)
    link = ContactLink.objects.get(customer=customer)
    assert (link.purpose, link.address) == (LinkPurpose.NEW_ADDRESS, "contact@trattoria.test")
    event = Event.objects.get(kind="sales_record.changed")
    assert event.facts == {"fields": ["contact_address"]}
    confirmed = actions.confirm_new_address(actor=administrator, customer=customer, now=LATER)
    assert confirmed.link_address == "new@trattoria.test"
    with pytest.raises(Conflict) as refusal:
        actions.confirm_new_address(actor=administrator, customer=customer, now=LATER)
    assert refusal.value.code == RecordCode.NOTHING_WAITS


def test_whoever_was_the_contact_before_the_last_one_is_not_asked(customer: Account, administrator: Identity) -> None:
    """W11: staff or the old contact confirm, nobody who ceased to be it long ago."""
    for at, address in enumerate(("second@trattoria.test", "", "third@trattoria.test")):
        moment = NOW + timedelta(hours=at)
        wanted = values(customer, contact_address=address)
        actions.change_sales_record(actor=administrator, customer=customer, values=wanted, now=moment)
        if at == 0:
            actions.confirm_new_address(actor=administrator, customer=customer, now=moment)
    assert [one.address for one in ContactLink.objects.filter(void_at=None)] == []
    assert address_waits(SalesRecord.objects.get(customer=customer))
    wanted = values(customer, contact_address="fourth@trattoria.test")
    actions.confirm_new_address(actor=administrator, customer=customer, now=NOW + timedelta(hours=3))
    actions.change_sales_record(actor=administrator, customer=customer, values=wanted, now=NOW + timedelta(hours=4))
    assert [one.address for one in ContactLink.objects.filter(void_at=None)] == ["third@trattoria.test"]


def test_other_changes_let_links_go_on(customer: Account, administrator: Identity) -> None:
    changed = values(customer, company="Trattoria Nuova", contact_name="Carlo", contact_phone="+39 06 1234")
    kept = actions.change_sales_record(actor=administrator, customer=customer, values=changed, now=LATER)
    assert kept.link_address == "contact@trattoria.test"
    assert not ContactLink.objects.exists()
    again = actions.change_sales_record(actor=administrator, customer=customer, values=changed, now=LATER)
    assert again.changed_at == LATER
    assert Event.objects.filter(kind="sales_record.changed").count() == 1


def test_a_record_says_everything_that_is_wrong_with_it_at_once(customer: Account, administrator: Identity) -> None:
    wrong = RecordValues("", "x" * 501, "y" * 151, "no address", "z" * 41)
    with pytest.raises(Invalid) as refusal:
        actions.change_sales_record(actor=administrator, customer=customer, values=wrong, now=LATER)
    fields = sorted(problem.field for problem in refusal.value.problems)
    assert fields == ["address", "company", "contact_address", "contact_name", "contact_phone"]


def test_only_staff_who_manage_accounts_change_records(customer: Account, rita: Identity) -> None:
    """W2: agents read them, an on-call engineer does not."""
    operator = make_operator()
    agent = make_identity(operator, PredefinedRole.SUPPORT_AGENT, "Aga Agent", language="en")
    engineer = make_identity(operator, PredefinedRole.ON_CALL_ENGINEER, "Ed Engineer", language="en")
    for actor in (agent, rita):
        with pytest.raises(Forbidden):
            actions.change_sales_record(actor=actor, customer=customer, values=values(customer), now=LATER)
        with pytest.raises(Forbidden):
            actions.confirm_new_address(actor=actor, customer=customer, now=LATER)
    assert recordaccess.record_for(agent, customer.slug) == customer
    for actor in (engineer, rita):
        with pytest.raises(Missing):
            recordaccess.record_for(actor, customer.slug)


def test_a_delegate_asks_for_a_correction_and_staff_deal_with_it_once(
    customer: Account, rita: Identity, administrator: Identity
) -> None:
    """D2."""
    made = actions.ask_correction(actor=rita, customer=customer, text=" Moved to\r\nVia Po 2\u202e ", now=LATER)
    assert made.text == "Moved to\nVia Po 2"
    found = recordaccess.correction_for(administrator, made.public_id)
    actions.finish_correction(actor=administrator, correction=found, now=LATER)
    with pytest.raises(Conflict):
        actions.finish_correction(actor=administrator, correction=found, now=LATER)
    assert Correction.objects.get().done_by_id == administrator.pk
    with pytest.raises(Missing):
        recordaccess.correction_for(rita, made.public_id)


def test_whoever_asked_is_told_when_it_was_dealt_with(
    customer: Account, rita: Identity, administrator: Identity
) -> None:
    """D2: and in their language whether anything was changed since; nobody who sees the customer no longer (D1)."""
    for changed in (False, True):
        asked = actions.ask_correction(actor=rita, customer=customer, text="It moved", now=LATER)
        if changed:
            moved = values(customer, address="Via Po 2")
            actions.change_sales_record(
                actor=administrator, customer=customer, values=moved, now=LATER + timedelta(minutes=1)
            )
        actions.finish_correction(actor=administrator, correction=asked, now=LATER)
    untouched, touched = (one for one in mails() if one.to == rita.mailbox and "correction" in one.content.subject)
    assert untouched.content.subject == "Your correction was dealt with: Trattoria"
    assert "The sales record was not changed." in untouched.text
    assert f"/customers/{customer.slug}" in untouched.text
    assert "The sales record was changed after you asked." in touched.text
    asked = actions.ask_correction(actor=rita, customer=customer, text="Again", now=LATER)
    actions.end_management(actor=TESTS, customer=customer, why="", now=LATER)
    before = len(mails())
    actions.finish_correction(actor=administrator, correction=asked, now=LATER)
    assert len(mails()) == before


def test_corrections_that_cannot_be_asked_for(customer: Account, rita: Identity) -> None:
    for text in ("", " \n ", "x" * 2001, "x" * 1_000_000):
        with pytest.raises(Invalid):
            actions.ask_correction(actor=rita, customer=customer, text=text, now=LATER)
    with pytest.raises(Missing):
        actions.ask_correction(actor=make_delegate("other", now=NOW), customer=customer, text="x", now=LATER)
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Ed Editor")
    with pytest.raises(Forbidden):
        actions.ask_correction(actor=editor, customer=customer, text="x", now=LATER)
    for _number in range(MOST_WAITING):
        actions.ask_correction(actor=rita, customer=customer, text="x", now=LATER)
    with pytest.raises(Conflict):
        actions.ask_correction(actor=rita, customer=customer, text="x", now=LATER)


def test_a_domain_takes_along_who_has_a_user_name_in_it(administrator: Identity) -> None:
    """D1: which customers somebody sees follows from the domain."""
    rita = make_delegate(now=NOW)
    Identity.objects.filter(pk=rita.pk).update(username="rita@second.test")
    made = actions.add_domain(actor=administrator, account=rita.account, name=" Second.TEST ", now=NOW)
    assert (made.name, made.verified_at) == ("second.test", NOW)
    assert Identity.objects.get(pk=rita.pk).domain_id == made.pk
    with pytest.raises(Forbidden):
        actions.add_domain(actor=rita, account=rita.account, name="third.test", now=NOW)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", RecordCode.BAD_DOMAIN),
        ("two words.test", RecordCode.BAD_DOMAIN),
        ("x\x00", RecordCode.BAD_DOMAIN),
        ("a" * 5000, RecordCode.BAD_DOMAIN),
        ("gmail.com", RecordCode.PUBLIC_DOMAIN),
        ("taken.test", RecordCode.DOMAIN_TAKEN),
        ("below.taken.test", RecordCode.DOMAIN_TAKEN),
        ("own.test", None),
    ],
)
def test_domains_that_no_account_can_own(name: str, code: RecordCode | None) -> None:
    """D1."""
    rita, other = make_delegate(now=NOW), make_delegate("other", now=NOW)
    actions.add_domain(actor=TESTS, account=other.account, name="taken.test", now=NOW)
    if code is None:
        actions.add_domain(actor=TESTS, account=rita.account, name=name, now=NOW)
        return
    with pytest.raises(Invalid) as refusal:
        actions.add_domain(actor=TESTS, account=rita.account, name=name, now=NOW)
    assert refusal.value.problems[0].code == code


def test_a_domain_in_which_others_have_user_names_is_taken_and_customers_get_none(customer: Account) -> None:
    rita = make_delegate(now=NOW)
    for name in (customer.domains.get().name, rita.domain.name.partition(".")[2]):
        with pytest.raises(Invalid):
            actions.add_domain(actor=TESTS, account=rita.account, name=name, now=NOW)
    Identity.objects.filter(domain__account=customer).update(username="ugo@ours.test")
    with pytest.raises(Invalid):
        actions.add_domain(actor=TESTS, account=rita.account, name="ours.test", now=NOW)
    with pytest.raises(Conflict) as refusal:
        actions.add_domain(actor=TESTS, account=customer, name="ours.test", now=NOW)
    assert refusal.value.code == RecordCode.NO_DOMAINS
