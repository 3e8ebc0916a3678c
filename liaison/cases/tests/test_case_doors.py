"""The doors to cases, asked directly: what each condition of `cases/access.py` is for (D2, D3, D5, W2, W6, W8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from liaison.accounts.models import Account, Group, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.testing import TESTS, Cast, give_only, make_identity, make_partner
from liaison.cases import access
from liaison.cases.models import Attachment, Case, HandOver, InternalNote, Share
from liaison.cases.scope import Scope
from liaison.cases.testing import make_case
from liaison.cases.tests.delegates import day, make_world
from liaison.cases.vocabulary import CaseRight, UrgentState
from liaison.delegation import actions as relations
from liaison.delegation.deciding import Seat
from liaison.delegation.testing import make_delegate
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Missing

NOW = day(9)
NO_NUMBER = "0000000000"
AGENT = PredefinedRole.SUPPORT_AGENT


@pytest.fixture
def attached(cast: Cast) -> Attachment:
    return make_case(cast.owner, files=(make_file(cast.owner, utc_now()).public_id,)).attachments.get()


def test_an_attachment_is_seen_with_its_case_and_that_of_a_note_by_staff_who_read_notes(
    cast: Cast, attached: Attachment
) -> None:
    now, name = utc_now(), attached.public_id
    rolf = make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Rolf Reader")
    for reader in (TESTS, cast.owner, cast.reader, cast.agent, rolf):
        assert access.attachment_for(reader, name, now) == attached
        with pytest.raises(Missing):
            access.attachment_for(reader, NO_NUMBER, now)
    note = InternalNote.objects.create(case=attached.case, by=cast.agent, at=now, text="Theirs, not ours.")
    InternalNote.objects.create(case=make_case(cast.owner), by=cast.agent, at=now, text="Of another case.")
    Attachment.objects.filter(pk=attached.pk).update(update=None, note=note)
    for reader in (TESTS, cast.agent, rolf):
        assert access.attachment_for(reader, name, now) == attached
        assert list(access.visible_notes(reader, attached.case, now)) == [note]
        assert access.newest_notes(reader, attached.case, now, 5)[1] == 1
    for other in (cast.owner, cast.engineer, cast.administrator, cast.outsider):
        with pytest.raises(Missing):
            access.attachment_for(other, name, now)
        assert not access.visible_notes(other, attached.case, now).exists()
        assert access.newest_notes(other, attached.case, now, 5) == ([], 0)


def test_a_note_is_not_for_whoever_a_case_is_shared_with(cast: Cast, attached: Attachment) -> None:
    """W6, W8: a share opens the case and its messages."""
    now, guest = utc_now(), make_identity(make_partner("guests"), name="Gina Guest")
    Share.objects.create(case=attached.case, address="a@b.test", identity=guest, right="comment", created_at=now)
    assert access.attachment_for(guest, attached.public_id, now) == attached
    note = InternalNote.objects.create(case=attached.case, by=cast.agent, at=now, text="Theirs.")
    Attachment.objects.filter(pk=attached.pk).update(update=None, note=note)
    with pytest.raises(Missing):
        access.attachment_for(guest, attached.public_id, now)


def test_a_number_that_nobody_has_is_missing_for_everybody(cast: Cast) -> None:
    make_case(cast.owner)
    for reader in (TESTS, cast.owner, cast.agent, cast.outsider):
        with pytest.raises(Missing):
            access.case_for(reader, NO_NUMBER, utc_now())


def test_who_changes_no_case_at_all_is_refused_before_any_is_looked_for(cast: Cast) -> None:
    rita = make_world().rita
    delegate = give_only(rita, [Privilege.SUPPORT, Privilege.ACCESS_CUSTOMER_CASES])
    for actor in (TESTS, cast.owner, cast.colleague, cast.agent, delegate):
        access.require_changing(actor)
    for actor in (cast.reader, cast.engineer, cast.manager, give_only(rita, [Privilege.VIEW_CUSTOMERS])):
        with pytest.raises(Forbidden):
            access.require_changing(actor)


def test_who_files_for_an_account_is_said_with_the_reason(cast: Cast) -> None:
    """D2, D3, W1, W2: nobody files for the operator, also not its own people."""
    odd = give_only(make_identity(cast.operator, AGENT, "Odd One"), [Privilege.WRITE_CASES, Privilege.VIEW_CASES])
    stella = give_only(
        make_identity(cast.operator, AGENT, "Stella Staff"), [Privilege.STAFF, Privilege.STAFF_WORK_CASES]
    )
    for actor in (TESTS, cast.owner, cast.colleague, cast.agent):
        assert access.may_file(actor, cast.partner)
    for actor, account in (
        (cast.reader, cast.partner),
        (cast.engineer, cast.partner),
        (cast.agent, cast.operator),
        (odd, cast.operator),
        (stella, cast.operator),
    ):
        with pytest.raises(Forbidden):
            access.require_filing(actor, account)
    with pytest.raises(Missing):
        access.require_filing(cast.outsider, cast.partner)


def test_a_delegate_files_for_customers_that_it_sees_and_that_let_it(cast: Cast) -> None:
    """D3: the refusal says what is missing."""
    world = make_world()
    access.require_filing(world.rita, world.customer)
    with pytest.raises(Missing):
        access.require_filing(world.nina, world.customer)
    world.grants(world.rita, 1, GrantLevel.VIEW)
    assert _refused(world.rita, world.customer) == DelegationCode.ONLY_VIEW
    world.revokes(world.rita, 2)
    assert _refused(world.rita, world.customer) == DelegationCode.NOT_GRANTED
    looks_on = give_only(world.rita, [Privilege.VIEW_CUSTOMERS])
    assert _refused(looks_on, world.customer) not in {DelegationCode.ONLY_VIEW, DelegationCode.NOT_GRANTED}


def test_a_support_partner_s_reader_reads_what_is_granted_and_nothing_before(cast: Cast) -> None:
    """D5, D11, W1: whatever the grant lets its account do."""
    world = make_world()
    helper = make_delegate("helper", AccountKind.SUPPORT_PARTNER, now=day(-1))
    reader = make_identity(helper.account, PredefinedRole.READER, "Rolf Reader", now=day(-1))
    relations.begin_support(actor=world.ugo, customer=world.customer, partner=helper.account, why="", now=day(0))
    case = world.files(1)
    assert access.rights_on(reader, case, NOW) == access.rights_on(helper, case, NOW) == frozenset()
    world.grants(helper, 2, GrantLevel.VIEW)
    assert access.rights_on(reader, case, NOW) == access.rights_on(helper, case, NOW) == {CaseRight.READ}
    world.grants(helper, 3, GrantLevel.MANAGE)
    assert access.rights_on(reader, case, NOW) == {CaseRight.READ}
    assert CaseRight.CHANGE in access.rights_on(helper, case, NOW)


def test_a_hand_over_opens_its_case_to_the_account_that_has_it(cast: Cast) -> None:
    """W4: not another case, not another account, and no longer than it lasts."""
    world = make_world()
    old, other = world.files(-0.5), world.files(-0.4)
    assert access.rights_on(world.rita, old, NOW) == frozenset()
    given = HandOver.objects.create(case=old, account=world.rita.account, given_at=day(3))
    assert CaseRight.CHANGE in access.rights_on(world.rita, old, NOW)
    assert set(access.visible_cases(world.rita, NOW)) == {old}
    HandOver.objects.filter(pk=given.pk).update(case=other)
    assert access.rights_on(world.rita, old, NOW) == frozenset()
    HandOver.objects.filter(pk=given.pk).update(case=old, account=world.nina.account)
    assert access.rights_on(world.rita, old, NOW) == frozenset()
    assert not access.visible_cases(world.rita, NOW).exists()
    HandOver.objects.filter(pk=given.pk).update(account=world.rita.account, ended_at=day(5))
    assert access.rights_on(world.rita, old, NOW) == frozenset()
    assert not access.visible_cases(world.rita, NOW).exists()


def test_a_share_opens_its_case_to_whom_it_is_for_while_it_lasts(cast: Cast) -> None:
    """W6: the person or a group of theirs; until it expires or is revoked, from that moment on."""
    guests = make_partner("guests")
    gina, group = (
        make_identity(guests, name="Gina Guest"),
        Group.objects.create(account=guests, address="all@guests.test", name="All", created_at=NOW),
    )
    case, other = make_case(cast.owner), make_case(cast.owner)
    share = Share.objects.create(case=case, address="gina@guests.test", identity=gina, right="view", created_at=NOW)
    rows = Share.objects.filter(pk=share.pk)
    assert _seen(gina) == {case}
    assert access.rights_on(gina, other, NOW) == frozenset()
    assert access.rights_on(make_identity(guests, name="Paul Guest"), case, NOW) == frozenset()
    rows.update(expires_at=NOW + timedelta(seconds=1))
    assert _seen(gina) == {case}
    rows.update(expires_at=NOW)
    assert _seen(gina) == set()
    rows.update(expires_at=None, revoked_at=NOW - timedelta(days=1))
    assert _seen(gina) == set()
    rows.update(revoked_at=None, identity=None, group=group)
    assert _seen(gina) == set()
    group.members.add(gina)
    assert _seen(gina) == {case}
    assert access.rights_on(gina, case, NOW) == {CaseRight.READ}


def test_where_nothing_was_read_with_the_session_it_has_to_be_asked_for() -> None:
    assert access.shares_read(RequestFactory().get("/")) is None


def test_what_was_read_with_the_session_is_not_asked_for_again(cast: Cast) -> None:
    assert access.scope_of(cast.owner, NOW, frozenset({7})).shared == frozenset({7})


def test_a_scope_covers_what_one_of_its_parts_opens(cast: Cast) -> None:
    """Each alone, in Python and in the database; urgent cases once triage has confirmed them (W2)."""
    case, other = make_case(cast.owner), make_case(cast.outsider)
    Case.objects.filter(pk=case.pk).update(urgent_state=UrgentState.CONFIRMED, criterion="all_bookings")
    case.refresh_from_db()
    several = Scope(accounts=frozenset({case.account_id, cast.operator.pk}))
    for scope in (
        Scope(accounts=frozenset({case.account_id})),
        Scope(shared=frozenset({case.pk})),
        Scope(urgent=True),
        several,
    ):
        assert not scope.is_empty
        assert (scope.covers(case), scope.covers(other)) == (True, False)
        assert set(Case.objects.filter(scope.condition())) == set(_by_arms(scope)) == {case}
    everything = Scope(everything=True)
    assert not everything.is_empty
    assert everything.covers(other)
    assert set(Case.objects.filter(everything.condition())) == set(_by_arms(everything)) == {case, other}
    nothing = Scope()
    assert nothing.is_empty
    assert not nothing.covers(case)
    assert not Case.objects.filter(nothing.condition()).exists()
    assert not Scope(seat=Seat(1, 1)).is_empty


def _by_arms(scope: Scope) -> list[Case]:
    """Return the cases that a scope's arms open, each asked by itself."""
    found: list[Case] = []
    for arm in scope.arms():
        found += Case.objects.raw(f"SELECT * FROM cases_case WHERE {arm.sql}", list(arm.values))  # noqa: S608  # ours
    return found


def _seen(who: Identity) -> set[Case]:
    """Return what somebody sees in lists, which must be what the door opens."""
    seen = set(access.visible_cases(who, NOW))
    assert seen == {case for case in Case.objects.select_related("account") if access.rights_on(who, case, NOW)}
    return seen


def _refused(actor: Identity, account: Account) -> str:
    with pytest.raises(Forbidden) as refusal:
        access.require_filing(actor, account)
    return refusal.value.code
