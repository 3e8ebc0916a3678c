"""Verifying by link and by code, declining, and "I no longer work there" (C7)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Final

import pytest
from django.db import connection

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner
from liaison.accounts.tests.mails import mails
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts import actions
from liaison.contacts.codes import VerificationCode
from liaison.contacts.models import ContactEntry, ContactRequest
from liaison.contacts.requests import LIFETIME, code_of, token_of
from liaison.contacts.state import state_of
from liaison.contacts.testing import address_row, complete_record, make_integration, put_in_state
from liaison.contacts.vocabulary import Purpose, Verification
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Missing
from liaison.notifications.models import Announcement

PAGER = "emergency@bistro.test"
VERBS: Final[dict[Purpose, Callable[..., object]]] = {
    Purpose.VERIFY: actions.verify_contact,
    Purpose.DECLINE: actions.decline_contact,
    Purpose.LEFT: actions.leave_contact,
}
RESULTS = {
    Purpose.VERIFY: Verification.VERIFIED,
    Purpose.DECLINE: Verification.DECLINED,
    Purpose.LEFT: Verification.UNREACHABLE,
}


@pytest.fixture
def now() -> datetime:
    """The moment itself, for a mail is looked at again when it is sent."""
    return utc_now()


@pytest.fixture
def request_(owner: Identity, now: datetime) -> ContactRequest:
    complete_record(owner, now, tells=True)
    return ContactRequest.objects.get(mailbox=PAGER)


def _state() -> str:
    return ContactEntry.objects.get(field=ContactField.EMERGENCY).verification


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("purpose", Purpose)
def test_each_link_does_its_one_thing_however_often(request_: ContactRequest, now: datetime, purpose: Purpose) -> None:
    for _ in range(2):
        VERBS[purpose](token=token_of(purpose, request_), now=now)
    assert _state() == RESULTS[purpose]
    happened = (Happened.CONTACT_VERIFIED, Happened.CONTACT_DECLINED, Happened.CONTACT_HAS_LEFT)
    event = Event.objects.get(kind__in=happened)
    assert (event.actor_kind, event.actor_id) == ("link", request_.public_id)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("other", Purpose)
def test_a_link_is_good_for_nothing_else(
    request_: ContactRequest, now: datetime, purpose: Purpose, other: Purpose
) -> None:
    if purpose is other:
        return
    with pytest.raises(Conflict) as refused:
        VERBS[other](token=token_of(purpose, request_), now=now)
    assert refused.value.code is VerificationCode.LINK_OVER
    assert _state() == Verification.UNVERIFIED


@pytest.mark.parametrize("token", ["", "x", "x.y", "0" * 14, "a\x00b.c"])
def test_a_made_up_link_is_over(request_: ContactRequest, now: datetime, token: str) -> None:
    with pytest.raises(Conflict):
        actions.verify_contact(token=token, now=now)


def test_links_and_codes_end_after_seven_days_and_with_the_next_mail(
    request_: ContactRequest, owner: Identity, now: datetime
) -> None:
    late = now + LIFETIME
    with pytest.raises(Conflict):
        actions.verify_contact(token=token_of(Purpose.VERIFY, request_), now=late)
    with pytest.raises(Conflict) as refused:
        _enter(owner, code_of(request_), late)
    assert refused.value.code is VerificationCode.NO_CODE

    again = actions.send_verification(actor=owner, account=owner.account, address=PAGER, now=now + timedelta(hours=1))
    with pytest.raises(Conflict):
        actions.verify_contact(token=token_of(Purpose.VERIFY, request_), now=now + timedelta(hours=1))
    actions.verify_contact(token=token_of(Purpose.VERIFY, again), now=now + timedelta(hours=1))
    assert _state() == Verification.VERIFIED


@pytest.mark.parametrize("purpose", [Purpose.DECLINE, Purpose.LEFT])
def test_who_declines_or_left_is_told_nothing_and_the_administrators_learn_of_it(
    request_: ContactRequest, owner: Identity, now: datetime, purpose: Purpose
) -> None:
    before = Announcement.objects.filter(topics=[Topic.ONBOARDING_REMINDER]).count()
    VERBS[purpose](token=token_of(purpose, request_), now=now)
    assert Announcement.objects.filter(topics=[Topic.ONBOARDING_REMINDER]).count() == before + 1
    assert state_of(owner.account.pk).missing == (ContactField.EMERGENCY,)
    reminder = [mail for mail in mails() if mail.to == owner.mailbox][-1]
    assert "emergency@bistro.test" in reminder.text
    why = {
        Purpose.DECLINE: "The person declined to be a contact.",
        Purpose.LEFT: "The person said that they no longer work there.",
    }
    assert why[purpose] in reminder.text


def test_who_declined_may_think_again(request_: ContactRequest, now: datetime) -> None:
    actions.decline_contact(token=token_of(Purpose.DECLINE, request_), now=now)
    actions.verify_contact(token=token_of(Purpose.VERIFY, request_), now=now)
    assert _state() == Verification.VERIFIED


def _enter(actor: Identity, code: str, now: datetime) -> None:
    actions.enter_verification_code(actor=actor, account=actor.account, address=PAGER, code=code, now=now)


def test_a_colleague_types_the_code_that_the_person_reads_out(
    request_: ContactRequest, colleague: Identity, now: datetime
) -> None:
    code = code_of(request_)
    _enter(colleague, f" {code[:3]}-{code[3:]} ", now)
    entry = ContactEntry.objects.get(field=ContactField.EMERGENCY)
    assert (entry.verification, entry.verified_because, entry.verified_at) == (Verification.VERIFIED, "code", now)
    assert Event.objects.get(kind=Happened.CONTACT_VERIFIED).actor_id == str(colleague.pk)


def test_after_five_wrong_codes_a_new_one_is_needed(
    request_: ContactRequest, colleague: Identity, now: datetime
) -> None:
    """And the tries are counted although each of them is refused."""
    wrong = _other(code_of(request_))
    codes = []
    for _ in range(6):
        with pytest.raises(Conflict) as refused:
            _enter(colleague, wrong, now)
        codes.append(refused.value.code)
    assert codes == [VerificationCode.CODE_WRONG] * 4 + [VerificationCode.TOO_MANY_TRIES] * 2
    with pytest.raises(Conflict):
        _enter(colleague, code_of(request_), now)
    assert Event.objects.filter(kind=Happened.CONTACT_CODE_REFUSED).count() == 5
    later = now + timedelta(minutes=11)
    again = actions.send_verification(actor=colleague, account=colleague.account, address=PAGER, now=later)
    _enter(colleague, code_of(again), later)
    assert _state() == Verification.VERIFIED


@pytest.mark.parametrize("typed", ["", "abcdef", "1" * 400, "12\x003456"])
def test_what_is_no_code_is_a_wrong_code(
    request_: ContactRequest, colleague: Identity, now: datetime, typed: str
) -> None:
    with pytest.raises(Conflict) as refused:
        _enter(colleague, typed, now)
    assert refused.value.code is VerificationCode.CODE_WRONG


def test_the_person_types_the_code_in_public(request_: ContactRequest, now: datetime) -> None:
    actions.verify_contact_by_code(address=PAGER.upper(), code=code_of(request_), now=now)
    assert _state() == Verification.VERIFIED


def test_in_public_nothing_tells_who_is_named(request_: ContactRequest, now: datetime) -> None:
    """A wrong code, an unknown address and a code that was tried too often answer alike."""
    tries = [(PAGER, _other(code_of(request_)))] * 5 + [(PAGER, code_of(request_)), ("nobody@x.test", "000000")]
    for address, code in tries:
        with pytest.raises(Conflict) as refused:
            actions.verify_contact_by_code(address=address, code=code, now=now)
        assert refused.value.code is VerificationCode.CODE_WRONG
    assert _state() == Verification.UNVERIFIED


def test_the_code_of_one_account_is_no_wrong_try_at_another(request_: ContactRequest, now: datetime) -> None:
    """Whoever is named by many accounts types one code after the other."""
    for number in range(6):
        account = make_partner(f"partner-{number}")
        make_integration(account)
        owner = make_identity(account, PredefinedRole.ADMINISTRATOR, "Otto Owner")
        complete_record(owner, now, tells=True, technical_emergency_contacts=[address_row(PAGER)])
    requests = list(ContactRequest.objects.filter(mailbox=PAGER))
    assert len({code_of(one) for one in requests}) == len(requests) == 7
    for one in requests:
        actions.verify_contact_by_code(address=PAGER, code=code_of(one), now=now)
    states = ContactEntry.objects.filter(address=PAGER).values_list("verification", flat=True)
    assert set(states) == {Verification.VERIFIED}
    assert set(ContactRequest.objects.filter(mailbox=PAGER).values_list("tries", flat=True)) == {0}


def test_a_code_that_was_declined_before_does_not_make_somebody_a_contact(
    request_: ContactRequest, colleague: Identity, now: datetime
) -> None:
    actions.decline_contact(token=token_of(Purpose.DECLINE, request_), now=now)
    with pytest.raises(Conflict) as refused:
        _enter(colleague, code_of(request_), now)
    assert refused.value.code is VerificationCode.DECLINED
    with pytest.raises(Conflict):
        actions.send_verification(actor=colleague, account=colleague.account, address=PAGER, now=now)


def test_mails_are_sent_again_at_most_every_ten_minutes_and_five_times_a_day(
    request_: ContactRequest, colleague: Identity, now: datetime
) -> None:
    moment, sent = now, 1
    while moment < now + timedelta(hours=23):
        try:
            actions.send_verification(actor=colleague, account=colleague.account, address=PAGER, now=moment)
            sent += 1
        except Conflict as refused:
            assert refused.code is VerificationCode.SENT_LATELY  # noqa: PT017  # it is the only one that may come
        moment += timedelta(minutes=5)
    assert sent == 5


def test_an_unreachable_entry_gets_a_mail_only_when_somebody_asks_for_it(
    request_: ContactRequest, owner: Identity, now: datetime
) -> None:
    put_in_state(PAGER, Verification.UNREACHABLE)
    later = now + timedelta(hours=1)
    complete_record(owner, later, tells=True)
    assert actions.tell_the_untold(now=later) == 0
    again = actions.send_verification(actor=owner, account=owner.account, address=PAGER, now=later)
    mail = [mail for mail in mails("contact_named") if mail.to == PAGER][-1]
    assert mail.may_still_be_sent
    actions.verify_contact(token=token_of(Purpose.VERIFY, again), now=later)
    assert _state() == Verification.VERIFIED


def test_only_editors_send_and_enter_and_only_for_who_is_named(
    request_: ContactRequest, reader: Identity, outsider: Identity, owner: Identity, now: datetime
) -> None:
    for who, refusal in ((reader, Forbidden), (outsider, Missing)):
        with pytest.raises(refusal):
            actions.send_verification(actor=who, account=owner.account, address=PAGER, now=now)
        with pytest.raises(refusal):
            actions.enter_verification_code(actor=who, account=owner.account, address=PAGER, code="1", now=now)
    with pytest.raises(Missing):
        actions.send_verification(actor=owner, account=owner.account, address="no@x.test", now=now)
    with pytest.raises(Missing):
        actions.enter_verification_code(actor=owner, account=owner.account, address="", code="1", now=now)


def test_whoever_is_not_named_any_more_has_a_link_that_is_over(
    request_: ContactRequest, owner: Identity, now: datetime
) -> None:
    complete_record(owner, now, technical_emergency_contacts=[address_row("new@bistro.test")])
    with pytest.raises(Conflict):
        actions.verify_contact(token=token_of(Purpose.VERIFY, request_), now=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", [Purpose.VERIFY, Purpose.DECLINE])
def test_two_people_press_at_the_same_moment(second: Purpose) -> None:
    """An alias has several readers: one after the other counts, history tells of each change, nothing is torn."""
    make_operator()
    account = make_partner("bistro")
    make_integration(account)
    owner = make_identity(account, PredefinedRole.ADMINISTRATOR, "Olga Owner")
    complete_record(owner, tells=True)
    found, start, now = ContactRequest.objects.get(mailbox=PAGER), Barrier(2), utc_now()

    def press(purpose: Purpose) -> None:
        try:
            start.wait(timeout=10)
            VERBS[purpose](token=token_of(purpose, found), now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, (Purpose.VERIFY, second)))

    events = list(Event.objects.filter(kind__in=(Happened.CONTACT_VERIFIED, Happened.CONTACT_DECLINED)).order_by("id"))
    entry = ContactEntry.objects.get(field=ContactField.EMERGENCY)
    assert len(events) == (1 if second is Purpose.VERIFY else 2)
    assert entry.verification == events[-1].kind.removeprefix("contact.")
    assert (entry.verified_at is None) == (entry.verification == Verification.DECLINED)


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_at_the_same_moment_are_all_counted() -> None:
    make_operator()
    account = make_partner("bistro")
    make_integration(account)
    owner = make_identity(account, PredefinedRole.ADMINISTRATOR, "Olga Owner")
    complete_record(owner, tells=True)
    found, start, now = ContactRequest.objects.get(mailbox=PAGER), Barrier(4), utc_now()
    wrong = _other(code_of(found))

    def enter(_number: int) -> bool:
        try:
            start.wait(timeout=10)
            _enter(owner, wrong, now)
        except Conflict:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(enter, range(4)))
    found.refresh_from_db()
    assert found.tries == 4
