"""Opening a case to somebody by e-mail address, and closing it again (D10, W6, W9, W13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts.actions import (
    change_group,
    change_mail_choices,
    change_mailbox,
    confirm_mailbox,
    create_group,
    limit_sharing,
    restore_identity,
    suspend_identity,
)
from liaison.accounts.links import proof_token
from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_cast, make_identity, sign_in
from liaison.accounts.vocabulary import MailWish
from liaison.audit.models import Event
from liaison.cases import access
from liaison.cases.actions import change_share, end_share, share_case
from liaison.cases.models import Case, Share
from liaison.cases.people import people_panel
from liaison.cases.sharing import MOST_SHARES
from liaison.cases.testing import make_case, make_closed
from liaison.cases.vocabulary import CaseRight, ShareCode
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Delivery

STRANGER = "Stranger@example.test"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.colleague)


def shared(cast: Cast, case: Case, address: str, right: str = "view", actor: Identity | None = None) -> Share:
    return share_case(actor=actor or cast.colleague, case=case, address=address, right=right, now=utc_now())


def code_of(error: pytest.ExceptionInfo[Invalid], number: int = 0) -> str:
    return str(error.value.problems[number].code)


def test_a_share_opens_the_case_at_once_and_its_end_closes_it_at_once(cast: Cast, case: Case) -> None:
    with pytest.raises(Missing):
        access.case_for(cast.outsider, case.number, utc_now())
    share = shared(cast, case, cast.outsider.mailbox.upper())
    assert access.rights_on(cast.outsider, case, utc_now()) == {CaseRight.READ}
    change_share(actor=cast.owner, share=share, right="comment", now=utc_now())
    assert access.rights_on(cast.outsider, case, utc_now()) == {CaseRight.READ, CaseRight.COMMENT}
    end_share(actor=cast.owner, share=share, now=utc_now())
    with pytest.raises(Missing):
        access.case_for(cast.outsider, case.number, utc_now())
    with pytest.raises(Conflict):
        end_share(actor=cast.owner, share=share, now=utc_now())


def test_a_share_ends_by_itself(cast: Cast, case: Case) -> None:
    now = utc_now()
    share = shared(cast, case, cast.outsider.mailbox)
    assert share.expires_at is not None
    assert access.rights_on(cast.outsider, case, share.expires_at - timedelta(microseconds=1))
    assert not access.rights_on(cast.outsider, case, share.expires_at)
    again = share_case(
        actor=cast.owner, case=case, address=cast.outsider.mailbox, right="view", now=now + timedelta(days=31)
    )
    assert again.pk != share.pk


def test_the_same_address_again_changes_its_share(cast: Cast, case: Case) -> None:
    first = shared(cast, case, STRANGER)
    assert shared(cast, case, STRANGER.lower(), "comment").pk == first.pk
    assert Share.objects.get(case=case).right == "comment"


@pytest.mark.parametrize("who", ["reader", "outsider", "manager", "administrator", "engineer"])
def test_only_who_may_change_the_case_shares_it(cast: Cast, case: Case, who: str) -> None:
    """W6: a share never gives the right to share on."""
    shared(cast, case, cast.outsider.mailbox, "comment")
    with pytest.raises((Forbidden, Missing)):
        shared(cast, case, STRANGER, actor=getattr(cast, who))


def test_support_may_share_and_a_closed_case_can_be_shared(cast: Cast, case: Case) -> None:
    """W9."""
    closed = make_closed(cast.colleague, case)
    assert shared(cast, closed, STRANGER, actor=cast.agent).created_by == cast.agent


def test_an_address_is_bound_to_the_first_identity_that_proves_it(cast: Cast, case: Case) -> None:
    """W6."""
    share = shared(cast, case, STRANGER)
    change = change_mailbox(actor=cast.outsider, address=STRANGER.lower(), now=utc_now())
    assert not access.rights_on(cast.outsider, case, utc_now())
    confirm_mailbox(token=proof_token(change), now=utc_now())
    assert access.rights_on(cast.outsider, case, utc_now()) == {CaseRight.READ}
    second = make_identity(cast.elsewhere, PredefinedRole.EDITOR, "Second Comer", mailbox=STRANGER.lower())
    assert not access.rights_on(second, case, utc_now())
    assert Share.objects.get(pk=share.pk).identity == cast.outsider


def test_a_new_identity_of_the_address_gets_what_was_shared_with_it(cast: Cast, case: Case) -> None:
    shared(cast, case, STRANGER)
    newcomer = make_identity(cast.elsewhere, PredefinedRole.READER, "New Comer", mailbox=STRANGER.lower())
    assert access.rights_on(newcomer, case, utc_now()) == {CaseRight.READ}


def test_an_unproved_mailbox_gets_nothing(cast: Cast, case: Case) -> None:
    shared(cast, case, STRANGER)
    change_mailbox(actor=cast.outsider, address=STRANGER.lower(), now=utc_now())
    assert not access.rights_on(cast.outsider, case, utc_now())


def test_suspension_ends_shares_for_good(cast: Cast, case: Case) -> None:
    """W13."""
    guest = make_identity(cast.elsewhere, PredefinedRole.EDITOR, "Gina Guest")
    share = shared(cast, case, guest.mailbox)
    suspend_identity(actor=TESTS, identity=guest, now=utc_now())
    assert Share.objects.get(pk=share.pk).revoked_at is not None
    restore_identity(actor=TESTS, identity=guest, now=utc_now())
    assert not access.rights_on(guest, case, utc_now())
    assert Event.objects.filter(kind="case.share_ended").exists()


def test_a_group_is_as_its_members_are_now(cast: Cast, case: Case) -> None:
    """W6: flat, and each member only as long as it is one. Only groups of the case's own account count."""
    now = utc_now()
    helper = make_identity(cast.partner, PredefinedRole.READER, "Hanna Helper")
    group = create_group(
        actor=cast.owner,
        account=cast.partner,
        address="team@bistro.portal.test",
        name="Team",
        members=[helper],
        now=now,
    )
    foreign = create_group(
        actor=cast.outsider,
        account=cast.elsewhere,
        address="team@elsewhere.portal.test",
        name="Team",
        members=[cast.outsider],
        now=now,
    )
    shared(cast, case, group.address, "comment")
    shared(cast, case, foreign.address)
    assert access.rights_on(cast.outsider, case, now) == frozenset()
    addressed = Delivery.objects.filter(announcement__subject_kind="case_share", identity_id=helper.pk)
    assert addressed.exists()
    change_group(actor=cast.owner, group=group, members=[], now=now)
    assert not access.shares_in_force(now).filter(group__members=helper).exists()


def test_administrators_limit_the_domains(cast: Cast, case: Case) -> None:
    """D10: one's own other mailbox is no sharing with somebody else."""
    limit_sharing(actor=cast.owner, account=cast.partner, domains=["partner.test", "@Fälle.test"], now=utc_now())
    case.account.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        shared(cast, case, STRANGER)
    assert code_of(refused) == ShareCode.OUTSIDE
    assert "xn--flle-loa.test" in str(refused.value.problems[0].facts["domains"])
    assert shared(cast, case, "somebody@partner.test").pk
    assert shared(cast, case, "somebody@bistro.portal.test").pk
    assert shared(cast, case, cast.colleague.mailbox).pk
    with pytest.raises(Forbidden):
        limit_sharing(actor=cast.colleague, account=cast.partner, domains=[], now=utc_now())
    with pytest.raises(Invalid):
        limit_sharing(actor=cast.owner, account=cast.partner, domains=["no domain"], now=utc_now())


def test_there_is_an_end_to_shares(cast: Cast, case: Case) -> None:
    now = utc_now()
    Share.objects.bulk_create(
        Share(case=case, address=f"g{number}@g.test", right="view", created_at=now - timedelta(days=1))
        for number in range(MOST_SHARES)
    )
    with pytest.raises(Conflict) as refused:
        shared(cast, case, STRANGER)
    assert refused.value.code == ShareCode.TOO_MANY


@pytest.mark.parametrize(
    ("address", "right", "days"),
    [
        ("no address", "view", 1),
        ("a@b.test\r\nBcc: c@d.test", "view", 1),
        ("a@b.test\u2028", "view", 1),
        ("a\x00@b.test", "view", 1),
        ("a@b.test", "own", 1),
        ("a@b.test", "view", -1),
        ("a@b.test", "view", 366),
        ("x" * 300 + "@b.test", "view", 1),
    ],
)
def test_what_cannot_be_kept_is_refused(cast: Cast, case: Case, address: str, right: str, days: int) -> None:
    now = utc_now()
    with pytest.raises(Invalid):
        share_case(
            actor=cast.colleague,
            case=case,
            address=address,
            right=right,
            expires_at=now + timedelta(days=days),
            now=now,
        )
    assert not Share.objects.exists()


def test_the_page_answers_the_same_whosever_the_address_is(cast: Cast, case: Case) -> None:
    """No enumeration: neither words nor status tell whether somebody has the address."""

    def answer_to(address: str) -> tuple[int, str]:
        client = sign_in(Client(), cast.colleague)
        form = {"address": address, "right": "view", "days": "30"}
        answer = client.post(f"/u/0/cases/{case.number}/shares", form)
        return answer.status_code, str(answer.headers["Location"])

    assert answer_to(cast.outsider.mailbox) == answer_to("nobody@example.test")
    rows = {share.address: share for share in Share.objects.filter(case=case)}
    assert rows[cast.outsider.mailbox].identity == cast.outsider


def test_pages_show_shares_to_who_sees_the_case_without_one(
    cast: Cast, case: Case, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(5):
        shared(cast, case, f"guest{number}@example.test")
    share = shared(cast, case, cast.outsider.mailbox)
    page = f"/u/0/cases/{case.number}/people"
    own = sign_in(Client(), cast.reader).get(page, headers={"Accept-Language": "en"}).content.decode()
    assert "guest3@example.test" in own
    assert "Share this case" not in own, "a reader changes nothing"
    guest = sign_in(Client(), cast.outsider).get(page, headers={"Accept-Language": "en"}).content.decode()
    assert "guest3@example.test" not in guest
    assert sign_in(Client(), cast.outsider).get(f"/u/0/cases/shares/{share.public_id}").status_code == 404
    assert sign_in(Client(), cast.reader).get(f"/u/0/cases/shares/{share.public_id}").status_code == 403
    bad = sign_in(Client(), cast.colleague).post(
        f"/u/0/cases/{case.number}/shares",
        {"address": "<b>", "right": "x", "days": "7"},
        headers={"Accept-Language": "en"},
    )
    assert bad.status_code == 422
    assert "&lt;b&gt;" in bad.content.decode(), "what was typed comes back"


def test_the_panel_says_whether_one_hears_of_the_case(cast: Cast, case: Case) -> None:
    shared(cast, case, cast.outsider.mailbox)

    def hears(person: Identity) -> bool:
        return people_panel(person, case, utc_now()).hears

    assert [hears(one) for one in (cast.colleague, cast.reader, cast.outsider, cast.agent)] == [
        True,
        False,
        True,
        False,
    ]
    page = f"/u/0/cases/{case.number}"
    assert sign_in(Client(), cast.reader).post(f"{page}/follow").status_code == 302
    assert sign_in(Client(), cast.outsider).post(f"{page}/unfollow").status_code == 302
    assert sign_in(Client(), cast.reader).get(f"{page}/follow").status_code == 405
    assert [hears(one) for one in (cast.reader, cast.outsider)] == [True, False]
    change_mail_choices(actor=cast.colleague, wishes={Topic.CASE_UPDATE: MailWish.NOTHING}, now=utc_now())
    assert people_panel(cast.colleague, case, utc_now()).is_silent
