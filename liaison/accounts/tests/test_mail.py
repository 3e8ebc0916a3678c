"""Account mail and staff alarms: to whom, in which language, and not after the right is gone (R4, invariant 2, L1)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import transaction

from liaison.accounts import actions
from liaison.accounts.mail import AccountMail
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity
from liaison.accounts.tests.mails import mails, may_still_be_sent
from liaison.accounts.vocabulary import AccountCode, MailKind, TokenScope
from liaison.accounts.wording import ACCOUNT_KINDS, ROLE_HELP, ROLES, SCOPES
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import AddressProblem, LineProblem
from liaison.lib.clock import utc_now
from liaison.notifications.actions import announce
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Subject
from liaison.web import wording


def _send_one_of_each(cast: Cast) -> None:
    now = utc_now()
    actions.invite_user(actor=cast.owner, account=cast.partner, address="new@bistro.test", now=now)
    actions.ask_for_password_reset(login=cast.colleague.username, now=now)
    actions.change_password(identity=cast.colleague, password="korrekt horse battery", now=now)
    actions.change_mailbox(actor=cast.colleague, address="carlo@home.test", now=now)
    actions.ask_to_forward(actor=cast.colleague, address="carlo@other.test", now=now)
    actions.change_role(actor=cast.owner, identity=cast.reader, role=PredefinedRole.EDITOR, now=now)
    actions.nudge_administrators(actor=cast.colleague, now=now)
    actions.create_api_token(
        actor=cast.colleague, name="x", scopes=[TokenScope.READ], expires_at=now.replace(year=now.year + 1), now=now
    )


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_kind_of_mail_is_rendered_in_each_language(cast: Cast, language: str) -> None:
    from liaison.accounts.models import Account  # noqa: PLC0415

    Account.objects.filter(pk=cast.partner.pk).update(language=language)
    for identity in (cast.owner, cast.colleague, cast.reader):
        identity.refresh_from_db()
    _send_one_of_each(cast)
    kinds = set(Announcement.objects.values_list("facts__mail", flat=True))
    assert kinds == {kind.value for kind in MailKind} - {MailKind.MAILBOX_CHANGED, MailKind.FORWARDING_BEGAN}
    for mail in mails():
        assert mail.language == language
        assert mail.content.subject
        assert "http://127.0.0.1:8000/go/" in mail.text
        assert 'href="http://127.0.0.1:8000/go/' in mail.html
        assert mail.may_still_be_sent


def test_only_mails_whose_link_is_a_right_are_confidential(cast: Cast) -> None:
    _send_one_of_each(cast)
    for mail in mails():
        is_right = any(
            part in mail.text for part in ("/go/invitations/", "/reset/key/", "/go/mailbox/", "/go/forwarding/")
        )
        assert mail.content.is_confidential == is_right


def test_a_mail_to_somebody_suspended_or_deleted_since_is_not_sent(cast: Cast) -> None:
    """Invariant 2 and W13."""
    now = utc_now()
    gone = make_identity(cast.partner, name="Gina Gone")
    for identity in (cast.colleague, gone):
        actions.ask_for_password_reset(login=identity.username, now=now)
    assert [may_still_be_sent(one) for one in Delivery.objects.order_by("pk")] == [True, True]
    actions.suspend_identity(actor=cast.owner, identity=cast.colleague, now=now)
    actions.delete_identity(actor=cast.owner, identity=gone, now=now)
    assert [may_still_be_sent(one) for one in Delivery.objects.order_by("pk")] == [False, False]


def test_a_mail_does_not_go_to_a_mailbox_that_was_changed_since(cast: Cast) -> None:
    actions.ask_for_password_reset(login=cast.colleague.username, now=utc_now())
    Identity.objects.filter(pk=cast.colleague.pk).update(mailbox="other@home.test")
    [delivery] = Delivery.objects.all()
    assert not may_still_be_sent(delivery)


def test_account_mail_about_nothing_reaches_nobody() -> None:
    facts = AccountMail().gather(Subject("identity", "", None, {"mail": "nudge"}), utc_now())
    assert [circle.people for circle in facts.everyone] == [()]
    assert facts.topic is Topic.ACCOUNT_MAIL


@pytest.mark.django_db
def test_an_identity_without_a_mailbox_is_recorded_as_not_told(cast: Cast) -> None:
    person = make_identity(cast.partner, name="Noel Nomail", mailbox="")
    subject = Subject("identity", str(person.pk), cast.partner.pk, {"mail": "password_changed"})
    with transaction.atomic():
        announce((Topic.ACCOUNT_MAIL,), subject, now=utc_now())
    [delivery] = Delivery.objects.all()
    assert (delivery.state, delivery.state_reason) == ("suppressed", "no_address")


def test_an_announcement_that_reaches_nobody_alarms_the_operators_administrators(cast: Cast) -> None:
    """R4: it never disappears."""
    with transaction.atomic():
        announce(
            (Topic.STAFF_ALARM,),
            Subject("announcement", "abc", cast.partner.pk, {"topics": ["technical_emergency"]}),
            now=utc_now(),
        )
    [mail] = mails()
    assert mail.to == cast.administrator.mailbox
    assert "Bistro" in mail.content.subject
    assert "Technical emergency" in mail.text
    [delivery] = Delivery.objects.all()
    actions.give_role(actor=TESTS, identity=cast.agent, role=PredefinedRole.OPERATOR_ADMINISTRATOR, now=utc_now())
    actions.take_role(
        actor=TESTS, identity=cast.administrator, role=PredefinedRole.OPERATOR_ADMINISTRATOR, now=utc_now()
    )
    assert not may_still_be_sent(delivery)


@pytest.mark.parametrize(("count", "is_said"), [(1, False), (50, True)])
def test_an_alarm_that_stands_for_a_storm_says_how_many_there_were(cast: Cast, count: int, is_said: bool) -> None:
    """R4: fifty events that reach nobody are one alarm."""
    facts = {"topics": ["production_alert"], "count": count}
    with transaction.atomic():
        announce((Topic.STAFF_ALARM,), Subject("announcement", "abc", cast.partner.pk, facts), now=utc_now())
    [mail] = mails()
    assert bool(re.search(r"Number of events\W+50\b", mail.text)) is is_said
    assert ("Number of events" in mail.text) is is_said


def test_everything_that_is_said_has_words() -> None:
    assert all(wording.has_words(code) for code in AccountCode)
    assert all(wording.has_words(code) for code in (*AddressProblem, *LineProblem))
    assert set(ROLES) == set(ROLE_HELP) == set(PredefinedRole)
    assert set(ACCOUNT_KINDS) == set(AccountKind)
    assert set(SCOPES) == set(TokenScope)
