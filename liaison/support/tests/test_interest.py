"""Expressing interest, proving the address, accepting and declining (S1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaison.accounts.models import Account, Identity, Invitation
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast
from liaison.accounts.tests.mails import mails
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.integrations.models import Integration, Stage
from liaison.integrations.testing import make_integration
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Delivery
from liaison.support import access, actions
from liaison.support.actions.expressing import MOST_LETTERS_A_DAY
from liaison.support.likeness import like, suggested_slug
from liaison.support.links import LIFETIME, token_of
from liaison.support.models import Interest, InterestState
from liaison.support.requests import Acceptance
from liaison.support.retention import erase_old
from liaison.support.testing import make_interest, new_interest

pytestmark = pytest.mark.django_db


def _acceptance(**values: Any) -> Acceptance:
    given: dict[str, Any] = {
        "kinds": ("reservations_end_to_end",),
        "stage": Stage.INTEGRATING,
        "name": "Trattoria Nuova",
        "slug": "trattoria-nuova",
        "language": "it",
        "time_zone": "Europe/Rome",
    }
    return Acceptance(**{**given, **values})


def test_a_stranger_gets_a_link_in_their_language_and_nothing_that_they_typed_is_in_it() -> None:
    """Else the form would mail anybody's words to anybody."""
    make_interest(is_confirmed=False, company="Buy pills at evil.test", name="Evil evil.test")
    (mail,) = mails()
    assert (mail.to, mail.language) == ("giulia@trattoria-nuova.test", "it")
    assert "evil" not in mail.text + mail.html + mail.content.subject
    assert not Delivery.objects.get().name
    assert "/support/interest/" in mail.text
    assert mail.may_still_be_sent


def test_opening_the_link_confirms_once() -> None:
    interest = make_interest(is_confirmed=False)
    for _ in range(2):
        actions.confirm_interest(token=token_of(interest), now=utc_now())
    assert Interest.objects.get().confirmed_at is not None
    (event,) = Event.objects.filter(kind=Happened.INTEREST_CONFIRMED)
    assert event.actor_kind == ActorKind.LINK


def test_a_link_ends_after_seven_days_and_with_the_decision(cast: Cast) -> None:
    interest = make_interest(is_confirmed=False, now=utc_now() - LIFETIME)
    with pytest.raises(Conflict):
        actions.confirm_interest(token=token_of(interest), now=utc_now())
    decided = make_interest(address="other@nuova.test")
    actions.decline_interest(actor=cast.manager, interest=decided, reason="No", now=utc_now())
    with pytest.raises(Conflict):
        actions.confirm_interest(token=token_of(decided), now=utc_now())
    with pytest.raises(Conflict):
        actions.confirm_interest(token="forged", now=utc_now())


def test_an_address_gets_so_many_links_a_day_whoever_asks_and_however_it_is_written() -> None:
    for _ in range(MOST_LETTERS_A_DAY):
        make_interest(is_confirmed=False)
    again = new_interest(address="GIULIA@trattoria-nuova.test")
    assert actions.express_interest(actor=None, new=again, now=utc_now()) is None
    assert Interest.objects.count() == MOST_LETTERS_A_DAY
    tomorrow = utc_now() + timedelta(days=1, minutes=1)
    assert actions.express_interest(actor=None, new=again, now=tomorrow) is not None


def test_the_proved_mailbox_of_a_user_needs_no_link(cast: Cast) -> None:
    Identity.objects.filter(pk=cast.owner.pk).update(mailbox_verified_at=utc_now())
    cast.owner.refresh_from_db()
    new = new_interest(address=cast.owner.mailbox)
    made = actions.express_interest(actor=cast.owner, new=new, now=utc_now())
    assert made is not None
    assert made.confirmed_at is not None
    assert not mails()


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": ""},
        {"company": "a\nb"},
        {"name": "\x00"},
        {"name": "a\u2028b"},
        {"address": "nobody"},
        {"address": "a@b.test\nBcc: c@d.test"},
        {"website": "javascript:alert(1)"},
        {"kinds": ("nothing",)},
        {"language": "xx"},
        {"time_zone": "Mars/North"},
        {"message": "x" * 4001},
        {"message": "\x00"},
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        actions.express_interest(actor=None, new=new_interest(**wrong), now=utc_now())
    assert {problem.field for problem in refused.value.problems} == set(wrong)
    assert not Interest.objects.exists()


def test_accepting_makes_account_integration_manager_and_invitation_in_one(cast: Cast) -> None:
    interest = make_interest()
    account = actions.accept_interest(
        actor=cast.administrator, interest=interest, acceptance=_acceptance(manager=cast.manager), now=utc_now()
    )
    assert (account.slug, account.partner_manager_id) == ("trattoria-nuova", cast.manager.pk)
    assert Integration.objects.get(account=account).stage == Stage.INTEGRATING
    invitation = Invitation.objects.get(account=account)
    assert (invitation.address, invitation.role) == (interest.address, PredefinedRole.ADMINISTRATOR)
    interest.refresh_from_db()
    assert (interest.state, interest.account, interest.decided_by) == ("accepted", account, cast.administrator)
    assert mails()[-1].to == "giulia@trattoria-nuova.test"
    assert "/invitations/" in mails()[-1].text


def test_a_partner_manager_accepts_and_history_names_them(cast: Cast) -> None:
    """They may not make accounts otherwise."""
    account = actions.accept_interest(
        actor=cast.manager, interest=make_interest(), acceptance=_acceptance(manager=cast.manager), now=utc_now()
    )
    event = Event.objects.get(kind=Happened.INTEREST_ACCEPTED)
    assert (event.actor_id, event.account_id) == (str(cast.manager.pk), account.pk)
    made = Event.objects.get(kind=Happened.ACCOUNT_CREATED, account_id=account.pk)
    assert (made.actor_kind, made.actor_id) == (ActorKind.SYSTEM, "interest")


def test_when_one_part_fails_nothing_is_kept(cast: Cast) -> None:
    interest = make_interest()
    before = Account.objects.count()
    for wrong in ({"slug": cast.partner.slug}, {"kinds": ("nothing",)}, {"kinds": ()}):
        with pytest.raises(Invalid):
            actions.accept_interest(
                actor=cast.administrator, interest=interest, acceptance=_acceptance(**wrong), now=utc_now()
            )
    assert Account.objects.count() == before
    assert Interest.objects.get().state == InterestState.NEW


def test_a_user_of_a_partner_gets_integrations_and_no_second_account(cast: Cast) -> None:
    make_integration(cast.partner, "things_to_do")
    made = actions.express_interest(actor=cast.owner, new=new_interest(), now=utc_now())
    assert made is not None
    confirmed = actions.confirm_interest(token=token_of(made), now=utc_now())
    acceptance = Acceptance(kinds=("things_to_do", "reservations_waitlist"), stage=Stage.INTERESTED)
    account = actions.accept_interest(actor=cast.manager, interest=confirmed, acceptance=acceptance, now=utc_now())
    assert account == cast.partner
    stages = dict(Integration.objects.filter(account=account).values_list("kind", "stage"))
    assert stages == {"things_to_do": "integrating", "reservations_waitlist": "interested"}
    assert not Invitation.objects.exists()


def test_a_partner_manager_does_not_change_an_account_that_is_not_theirs(cast: Cast) -> None:
    made = actions.express_interest(actor=cast.outsider, new=new_interest(), now=utc_now())
    assert made is not None
    confirmed = actions.confirm_interest(token=token_of(made), now=utc_now())
    acceptance = Acceptance(kinds=("things_to_do",), stage=Stage.INTERESTED)
    with pytest.raises(Forbidden):
        actions.accept_interest(actor=cast.manager, interest=confirmed, acceptance=acceptance, now=utc_now())


def test_nobody_decides_twice_or_before_the_address_is_proved(cast: Cast) -> None:
    unproved = make_interest(is_confirmed=False)
    with pytest.raises(Conflict):
        actions.decline_interest(actor=cast.manager, interest=unproved, reason="No", now=utc_now())
    interest = make_interest(address="other@nuova.test")
    actions.decline_interest(actor=cast.manager, interest=interest, reason="No", now=utc_now())
    with pytest.raises(Conflict):
        actions.accept_interest(actor=cast.manager, interest=interest, acceptance=_acceptance(), now=utc_now())


def test_only_who_handles_interest_sees_and_decides(cast: Cast) -> None:
    interest = make_interest()
    for actor in (cast.agent, cast.engineer, cast.owner):
        with pytest.raises(Forbidden):
            actions.accept_interest(actor=actor, interest=interest, acceptance=_acceptance(), now=utc_now())
        with pytest.raises(Forbidden):
            actions.decline_interest(actor=actor, interest=interest, reason="No", now=utc_now())
    with pytest.raises(Forbidden):
        access.interest_for(cast.agent, interest.public_id)
    with pytest.raises(Missing):
        access.interest_for(cast.owner, interest.public_id)
    assert access.interest_for(cast.manager, interest.public_id) == interest


def test_the_reason_is_mailed_in_the_person_s_language(cast: Cast) -> None:
    interest = make_interest()
    with pytest.raises(Invalid):
        actions.decline_interest(actor=cast.manager, interest=interest, reason=" \n ", now=utc_now())
    actions.decline_interest(actor=cast.manager, interest=interest, reason="Non ancora in Italia", now=utc_now())
    mail = mails()[-1]
    assert (mail.to, mail.language) == (interest.address, "it")
    assert "Non ancora in Italia" in mail.text
    assert "Non ancora in Italia" in mail.html


def test_staff_see_who_it_may_be_already_and_only_what_they_may_see(cast: Cast) -> None:
    interest = make_interest(address="somebody@bistro.test", company="Elsewhere")
    found = like(interest, cast.manager)
    assert found.accounts == (cast.partner,)
    assert found.hidden == 1
    assert set(like(interest, cast.administrator).accounts) == {cast.partner, cast.elsewhere}


def test_a_public_mailbox_makes_nobody_alike(cast: Cast) -> None:
    Identity.objects.filter(pk=cast.owner.pk).update(mailbox="owner@gmail.com")
    assert not like(make_interest(address="stranger@gmail.com"), cast.administrator)


@pytest.mark.parametrize(
    ("company", "address", "slug"),
    [
        ("Trattoria Nuova S.r.l.", "a@b.test", "trattoria-nuova-s-r-l"),
        ("Łódź Bistro", "a@b.test", "lodz-bistro"),
        ("한식당", "owner@hansik.test", "hansik"),
        ("Bistro", "a@b.test", "bistro-2"),
    ],
)
def test_a_free_short_name_is_offered(cast: Cast, company: str, address: str, slug: str) -> None:
    assert suggested_slug(make_interest(company=company, address=address)) == slug


def test_what_nobody_proved_is_deleted_after_seven_days_and_the_declined_later(cast: Cast) -> None:
    now = utc_now()
    make_interest(is_confirmed=False, now=now - LIFETIME - timedelta(minutes=1))
    kept = make_interest(address="other@nuova.test", now=now - LIFETIME - timedelta(minutes=1), is_confirmed=False)
    Interest.objects.filter(pk=kept.pk).update(confirmed_at=now)
    declined = make_interest(address="third@nuova.test")
    actions.decline_interest(actor=cast.manager, interest=declined, reason="No", now=now)
    assert erase_old(now) == 1
    assert erase_old(now + timedelta(days=4000)) == 1
    assert Interest.objects.get() == kept
