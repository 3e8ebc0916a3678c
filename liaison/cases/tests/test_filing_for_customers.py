"""Delegates file for customers: only where the customer granted it, and the case is the customer's (D2, D3, D5, D7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from liaison.accounts.actions import suspend_identity
from liaison.accounts.models import Account, Identity, MailChoice
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_identity
from liaison.accounts.vocabulary import MailWish
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import close_cases, file_case
from liaison.cases.models import Case, Follow
from liaison.cases.testing import make_case, make_premium, make_update, new_case
from liaison.cases.topics import CaseUpdates
from liaison.cases.vocabulary import CloseReason, EscalationReason
from liaison.catalog.vocabulary import Topic
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.testing import add_domain, make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.facts import Reason
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.registry import Recipient
from liaison.notifications.rows import subject_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Account:
    return make_customer()


@pytest.fixture
def ugo(customer: Account) -> Identity:
    return person_of(customer)


@pytest.fixture
def rita(customer: Account) -> Identity:
    """Works for the reseller that manages the customer."""
    rita = make_delegate()
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="", now=utc_now())
    return rita


def _grant(ugo: Identity, to: Account, level: GrantLevel = GrantLevel.MANAGE) -> None:
    actions.grant_access(actor=signed_in(ugo), customer=ugo.account, account=to, level=level, why="", now=utc_now())


def _refused(actor: Identity, customer: Account) -> tuple[type, str]:
    with pytest.raises((Forbidden, Missing)) as refused:
        file_case(actor=actor, new=new_case(customer), now=utc_now())
    assert not Case.objects.exists()
    return type(refused.value), refused.value.code


def test_a_reseller_files_once_the_customer_lets_it_file_and_manage(
    customer: Account, ugo: Identity, rita: Identity
) -> None:
    """D3: there is no grant at first; view is not enough; each acts on the next request."""
    assert _refused(rita, customer) == (Forbidden, DelegationCode.NOT_GRANTED)
    _grant(ugo, rita.account, GrantLevel.VIEW)
    assert _refused(rita, customer) == (Forbidden, DelegationCode.ONLY_VIEW)
    _grant(ugo, rita.account)
    file = make_file(rita, utc_now())
    case = file_case(actor=rita, new=new_case(customer, files=(file.public_id,)), now=utc_now())
    assert (case.account, case.filed_by) == (customer, rita)
    assert case.attachments.get().file == file
    assert Follow.objects.get(case=case).identity == rita
    assert Event.objects.get(kind="case.filed").account_id == customer.pk
    actions.revoke_access(actor=signed_in(ugo), customer=customer, account=rita.account, why="", now=utc_now())
    with pytest.raises(Forbidden):
        file_case(actor=rita, new=new_case(customer), now=utc_now())


def test_what_a_delegate_files_is_the_account_s_and_not_support_s(
    customer: Account, ugo: Identity, rita: Identity
) -> None:
    """D4: the customer's users see who filed it and manage it; nobody takes it for a message of support."""
    _grant(ugo, rita.account)
    case = make_case(rita, account=customer)
    assert not case.updates.get().is_by_staff
    assert access.case_for(ugo, case.number, utc_now()) == case
    assert not make_update(ugo, case, text="We see it as well.").is_by_staff
    assert not make_update(rita, case, text="Thank you.").is_by_staff


def test_who_does_not_manage_the_customer_does_not_learn_that_it_is_there(
    customer: Account, ugo: Identity, rita: Identity
) -> None:
    """D1, invariant 6: another reseller, another domain of the same one, a support partner without a relationship."""
    _grant(ugo, rita.account)
    elsewhere = make_delegate("elsewhere")
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    beside = make_identity(rita.account, PredefinedRole.ADMINISTRATOR, "Bruno Beside")
    beside.domain = add_domain(rita.account, "second.test")
    beside.save()
    outsider = person_of(make_customer("osteria"))
    keys = [one.pk for one in (elsewhere, partner, beside, outsider)]
    for actor in Identity.objects.with_account().filter(pk__in=keys):
        assert _refused(actor, customer) == (Missing, CommonCode.MISSING)


def test_the_role_in_the_delegate_s_account_decides_as_well(customer: Account, ugo: Identity, rita: Identity) -> None:
    """D12, W3: without the privileges of the tree nobody works for customers; the reseller administrator's are enough.

    A support partner's readers see customers and file for none (W1).
    """
    _grant(ugo, rita.account)
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Emma Editor")
    assert _refused(editor, customer) == (Missing, CommonCode.MISSING)
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER, PredefinedRole.EDITOR)
    reader = make_identity(partner.account, PredefinedRole.READER, "Remo Reader")
    actions.begin_support(actor=ugo, customer=customer, partner=partner.account, why="", now=utc_now())
    _grant(ugo, partner.account)
    assert _refused(reader, customer) == (Forbidden, CommonCode.NOT_ALLOWED)
    made = [make_identity(rita.account, PredefinedRole.RESELLER_ADMINISTRATOR, "Rosa Resells"), partner]
    for number, actor in enumerate(made):
        assert make_case(actor, account=customer, title=f"Case {number}").filed_by == actor
    closed = close_cases(
        actor=made[0], numbers=[Case.objects.earliest("pk").number], reason=CloseReason.SOLVED, text="", now=utc_now()
    )
    assert [one.refusal for one in closed] == [None]


def test_premium_support_is_the_customer_s(customer: Account, ugo: Identity, rita: Identity) -> None:
    """D7: the delegate's own tier gives its customers nothing."""
    _grant(ugo, rita.account)
    make_premium(rita.account)
    case = make_case(rita, account=customer)
    escalation: dict[str, Any] = {"escalate": EscalationReason.WORSENED, "justification": "Nothing works."}
    with pytest.raises(Forbidden):
        make_update(rita, case, **escalation)
    make_premium(customer)
    make_update(rita, Case.objects.get(pk=case.pk), **escalation)
    assert Case.objects.get().escalated_at


def _told(case: Case, position: int = 1) -> dict[str, set[str]]:
    """Return who is told of an update of the case: the reasons, by address."""
    update = case.updates.get(position=position)
    rows = Delivery.objects.filter(
        announcement__subject_kind="case_update", announcement__subject_id=str(update.pk), state=DeliveryState.PENDING
    )
    return {row.address: {reason["reason"] for reason in row.reasons} for row in rows}


def test_the_customer_s_administrators_hear_once_that_a_case_was_filed_for_them(
    customer: Account, ugo: Identity, rita: Identity
) -> None:
    """D4, R5: who wants no case mail hears nothing; of what follows whoever follows the case, as always."""
    _grant(ugo, rita.account)
    quiet = make_identity(customer, PredefinedRole.ADMINISTRATOR, "Quirino Quiet")
    MailChoice.objects.create(identity=quiet, topic=Topic.CASE_UPDATE, wish=MailWish.NOTHING)
    make_identity(customer, PredefinedRole.EDITOR, "Enzo Editor")
    case = make_case(rita, account=customer)
    filed = {"ugo@trattoria.test": {Reason.ADMINISTRATOR.value}, "rita@resold.test": {Reason.FILED_THE_CASE.value}}
    assert {address: reasons & filed[address] for address, reasons in _told(case).items()} == filed
    make_update(rita, case, text="One more thing.")
    assert _told(case, 2) == {}
    assert set(_told(make_case(ugo))) == {"ugo@trattoria.test"}


def test_the_mail_to_the_administrators_is_checked_again_when_it_is_sent(
    customer: Account, ugo: Identity, rita: Identity
) -> None:
    """R3, invariant 2: whoever is no administrator any more gets none."""
    _grant(ugo, rita.account)
    make_identity(customer, PredefinedRole.ADMINISTRATOR, "Berta Both")
    case = make_case(rita, account=customer)
    delivery = Delivery.objects.get(address="ugo@trattoria.test", announcement__subject_kind="case_update")
    subject = subject_of(delivery.announcement)
    recipient = Recipient(delivery.recipient_key, ugo.pk, delivery.address, ugo.name, "en", "UTC", ("administrator",))
    content = CaseUpdates().render(subject, recipient)
    assert "Rita Reseller" in str(content.context["intro"])
    assert ugo.public_id in content.context["link"] or case.number in content.context["link"]
    assert CaseUpdates().may_receive(subject, recipient)
    assert not CaseUpdates().may_receive(subject, replace(recipient, address="other@trattoria.test"))
    suspend_identity(actor=TESTS, identity=ugo, now=utc_now())
    assert not CaseUpdates().may_receive(subject, recipient)
