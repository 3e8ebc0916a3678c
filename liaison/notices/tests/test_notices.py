"""Staff tell a partner something in their own words: who is told, when, in which words, and who may (section R)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import Topic
from liaison.contacts.actions import change_digest
from liaison.contacts.models import ContactRecord
from liaison.contacts.testing import complete_record, user_row
from liaison.integrations.models import Integration
from liaison.integrations.testing import make_launched
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notices import access, actions
from liaison.notices.draft import draft_of
from liaison.notices.models import LONGEST_TEXT, Notice
from liaison.notices.preview import plan_of
from liaison.notices.tests.conftest import MONDAY, SATURDAY
from liaison.notices.vocabulary import NoticeCode
from liaison.notifications.facts import Held, HeldBecause, Reason, Withheld
from liaison.notifications.models import Announcement, Delivery, DeliveryState
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

WORDS = {"title": "A merchant asks to leave", "text": "Please take it out.\nThank you.", "language": "en"}


def raised(cast: Cast, topic: str = "merchant_issue", **more: object) -> Notice:
    values = WORDS | {"actor": cast.agent, "account": cast.partner, "topic": topic, "now": SATURDAY} | more
    return actions.raise_notice(**values)  # type: ignore[arg-type]


def wait_for_hours(cast: Cast) -> None:
    change_digest(actor=cast.owner, account=cast.partner, waits_for_hours=True, holiday_region="", now=SATURDAY)


def deliveries_of(notice: Notice) -> dict[str, Delivery]:
    found = Delivery.objects.filter(announcement__subject_kind="notice", announcement__subject_id=str(notice.pk))
    return {one.name: one for one in found}


def told(notice: Notice) -> list[str]:
    return [name for name, one in deliveries_of(notice).items() if one.state != DeliveryState.SUPPRESSED]


@pytest.mark.parametrize(
    ("topic", "name", "reason"),
    [
        ("technical_notice", "Tech", Reason.NON_EMERGENCY_CONTACT),
        ("merchant_issue", "Merchants", Reason.MERCHANT_CONTACT),
        ("user_escalation", "Operations", Reason.OPERATOR_CONTACT),
    ],
)
def test_each_topic_goes_to_its_field(cast: Cast, topic: str, name: str, reason: Reason) -> None:
    notice = raised(cast, topic)
    assert told(notice) == [name]
    delivery = deliveries_of(notice)[name]
    assert [(one["topic"], one["reason"]) for one in delivery.reasons] == [(topic, reason)]
    assert (delivery.due_at, delivery.held) == (SATURDAY, [])


def test_the_operational_contacts_stand_in_where_no_kind_has_the_field(cast: Cast) -> None:
    Integration.objects.filter(account=cast.partner).update(kind="ordering_end_to_end")
    notice = raised(cast)
    assert told(notice) == ["Operations"]
    assert list(deliveries_of(notice)) == ["Operations"]


def test_the_operational_contacts_stand_in_where_nobody_of_the_field_is_reached(cast: Cast) -> None:
    """R3: the next fallback."""
    ContactRecord.objects.get(account=cast.partner).entries.filter(name="Merchants").delete()
    assert told(raised(cast)) == ["Operations"]


def test_neither_sandbox_nor_a_paused_integration_keeps_it_quiet(cast: Cast) -> None:
    """R2 is about events of an integration."""
    Integration.objects.filter(account=cast.partner).update(status="paused")
    assert told(raised(cast)) == ["Merchants"]


@pytest.mark.parametrize("topic", ["merchant_issue", "user_escalation"])
def test_it_waits_for_the_support_hours_where_the_account_chose_so(cast: Cast, topic: str) -> None:
    wait_for_hours(cast)
    (delivery,) = (one for one in deliveries_of(raised(cast, topic)).values() if one.state == DeliveryState.PENDING)
    assert delivery.due_at == MONDAY
    assert delivery.held == [{"because": "support_hours", "until": MONDAY.isoformat()}]


def test_what_is_urgent_or_technical_does_not_wait(cast: Cast) -> None:
    wait_for_hours(cast)
    for notice in (raised(cast, is_urgent=True), raised(cast, "technical_notice")):
        (delivery,) = (one for one in deliveries_of(notice).values() if one.state == DeliveryState.PENDING)
        assert (delivery.due_at, delivery.held) == (SATURDAY, [])


def test_it_waits_for_the_end_of_the_readers_quiet_hours_unless_it_is_urgent(cast: Cast) -> None:
    """C2b: a contact may be a user. Sydney sleeps until 07:00 on Sunday, which is 20:00 UTC."""
    Identity.objects.filter(pk=cast.owner.pk).update(time_zone="Australia/Sydney")
    reader = Identity.objects.with_account().get(pk=cast.owner.pk)
    complete_record(reader, operator_contacts=[user_row(reader)])
    accounts.change_quiet_hours(actor=reader, days=range(1, 8), start="13:00", end="07:00", now=SATURDAY)
    waiting, urgent = raised(cast, "user_escalation"), raised(cast, "user_escalation", is_urgent=True)
    up = SATURDAY.replace(hour=20)
    assert deliveries_of(waiting)[reader.name].due_at == up
    assert deliveries_of(waiting)[reader.name].held == [{"because": "quiet_hours", "until": up.isoformat()}]
    assert deliveries_of(urgent)[reader.name].due_at == SATURDAY


def test_the_preview_is_what_then_happens(cast: Cast) -> None:
    """R1, invariant 7."""
    wait_for_hours(cast)
    draft = draft_of(
        cast.partner, topic="merchant_issue", title=WORDS["title"], text=WORDS["text"], language="en", now=SATURDAY
    )
    plan = plan_of(draft, SATURDAY)
    assert not Announcement.objects.filter(subject_kind="notice").exists(), "a preview stores nothing"
    assert [(one.person.name, one.at, one.held) for one in plan.told] == [
        ("Merchants", MONDAY, (Held(HeldBecause.SUPPORT_HOURS, MONDAY),))
    ]
    found = deliveries_of(raised(cast))
    assert {one.person.name: (one.at, one.withheld) for one in (*plan.told, *plan.not_told)} == {
        name: (one.due_at, Withheld(one.state_reason) if one.state_reason else None) for name, one in found.items()
    }


def test_it_arrives_in_the_words_in_which_it_was_written(cast: Cast, mail_server: MailServer) -> None:
    """L1: the frame is in the reader's language, the text in its own, and the mail says which."""
    notice = raised(
        cast, title="<b>Leave & go</b>", integration=Integration.objects.get(account=cast.partner).public_id
    )
    assert deliver_batch(SATURDAY + timedelta(seconds=1)) == 1
    (received,) = mail_server.accepted
    assert "<b>Leave & go</b>" in str(received.mail["Subject"])
    html = received.body("html")
    assert "&lt;b&gt;Leave &amp; go&lt;/b&gt;" in html
    assert "<b>Leave" not in html
    assert "Please take it out.<br>Thank you." in html
    assert '<div lang="en">' in html
    plain = received.body("plain").replace("\r\n", "\n")
    assert "Please take it out.\nThank you." in plain
    assert "English" in plain, "the Korean reader is told in which language it is written"
    assert f"/notices/{notice.public_id}/" in plain
    assert deliveries_of(notice)["Merchants"].state == DeliveryState.ACCEPTED


def test_what_waits_over_the_weekend_is_one_mail_for_each_reader(cast: Cast, mail_server: MailServer) -> None:
    """Issue 4, point 6: a digest after the weekend, in which nothing is missing."""
    wait_for_hours(cast)
    titles = ["A merchant asks to leave", "A merchant moved", "A merchant has two entries"]
    notices = [raised(cast, title=title, now=SATURDAY + timedelta(hours=hour)) for hour, title in enumerate(titles)]
    taken_back = raised(cast, title="A mistake of ours")
    actions.withdraw_notice(actor=cast.agent, notice=taken_back, now=SATURDAY)
    other = raised(cast, "user_escalation", title="A booking was not honoured")
    assert deliver_batch(MONDAY - timedelta(seconds=1)) == 0
    assert deliver_batch(MONDAY) == 2
    mails = {received.to: received.body("plain") for received in mail_server.accepted}
    assert set(mails) == {"merchants@bistro.test", "operations@bistro.test"}
    assert all(title in mails["merchants@bistro.test"] for title in titles)
    assert "A mistake of ours" not in mails["merchants@bistro.test"]
    assert other.title in mails["operations@bistro.test"]
    assert {deliveries_of(one)["Merchants"].state for one in notices} == {DeliveryState.ACCEPTED}


def test_what_was_withdrawn_is_not_sent(cast: Cast, mail_server: MailServer) -> None:
    wait_for_hours(cast)
    notice = raised(cast)
    withdrawn = actions.withdraw_notice(actor=cast.manager, notice=notice, now=SATURDAY)
    assert (withdrawn.withdrawn_at, withdrawn.withdrawn_by) == (SATURDAY, cast.manager)
    deliver_batch(MONDAY)
    assert mail_server.dots == []
    delivery = deliveries_of(notice)["Merchants"]
    assert (delivery.state, delivery.state_reason) == (DeliveryState.CANCELLED, Withheld.NO_LONGER_RELEVANT)
    with pytest.raises(Conflict) as refused:
        actions.withdraw_notice(actor=cast.agent, notice=notice, now=SATURDAY)
    assert refused.value.code == NoticeCode.ALREADY_WITHDRAWN
    assert Event.objects.filter(kind="notice.withdrawn").count() == 1


def test_who_left_the_field_before_it_was_sent_gets_nothing(cast: Cast, mail_server: MailServer) -> None:
    """Invariant 2. Whoever stands in is told instead (R3)."""
    wait_for_hours(cast)
    notice = raised(cast)
    ContactRecord.objects.get(account=cast.partner).entries.filter(name="Merchants").delete()
    deliver_batch(MONDAY)
    assert mail_server.dots == []
    assert deliveries_of(notice)["Merchants"].state_reason == Withheld.NO_LONGER_ALLOWED
    deliver_batch(MONDAY)
    assert [dot.to for dot in mail_server.accepted] == ["operations@bistro.test"]


def test_what_reaches_nobody_alarms_the_staff(cast: Cast) -> None:
    """R4."""
    ContactRecord.objects.get(account=cast.partner).entries.filter(field="operator_contacts").delete()
    raised(cast, "user_escalation")
    (announced,) = Announcement.objects.filter(subject_kind="notice")
    assert announced.nobody_for == [Topic.USER_ESCALATION]
    assert Announcement.objects.filter(topics=[Topic.STAFF_ALARM]).exists()


def test_it_stands_in_the_history_without_its_words(cast: Cast) -> None:
    notice = raised(cast)
    event = Event.objects.get(kind="notice.raised")
    assert (event.subject_id, event.account_id, event.actor_id) == (
        notice.public_id,
        cast.partner.pk,
        str(cast.agent.pk),
    )
    assert event.facts == {"topic": "merchant_issue", "is_urgent": False}


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"topic": "production_alert"}, {("topic", NoticeCode.UNKNOWN_TOPIC)}),
        ({"language": "de"}, {("language", NoticeCode.UNKNOWN_LANGUAGE)}),
        ({"integration": "nothing"}, {("integration", NoticeCode.UNKNOWN_INTEGRATION)}),
        ({"integration": "a\x00b"}, {("integration", NoticeCode.UNKNOWN_INTEGRATION)}),
        ({"title": " ", "text": "\r\n"}, {("title", NoticeCode.TITLE_NEEDED), ("text", NoticeCode.TEXT_NEEDED)}),
        ({"title": "two\nlines"}, {("title", NoticeCode.TITLE_UNUSABLE)}),
        ({"title": "a" * 151}, {("title", NoticeCode.TITLE_UNUSABLE)}),
        ({"text": "a" * (LONGEST_TEXT + 1)}, {("text", NoticeCode.TEXT_TOO_LONG)}),
        ({"text": "a\x00b"}, {("text", NoticeCode.TEXT_UNUSABLE)}),
    ],
)
def test_it_refuses_what_cannot_be_sent(
    cast: Cast, change: dict[str, str], refused: set[tuple[str, NoticeCode]]
) -> None:
    with pytest.raises(Invalid) as problem:
        raised(cast, **change)
    assert {(one.field, one.code) for one in problem.value.problems} == refused
    assert not Notice.objects.exists()


def test_an_integration_of_another_account_is_unknown(cast: Cast) -> None:
    other = make_launched(cast.elsewhere)
    with pytest.raises(Invalid):
        raised(cast, integration=other.public_id)


def test_agents_and_administrators_write_to_all_and_partner_managers_to_their_own(cast: Cast) -> None:
    """W2."""
    for actor in (cast.agent, cast.administrator, cast.manager):
        raised(cast, actor=actor)
    for actor in (cast.agent, cast.administrator):
        raised(cast, actor=actor, account=cast.elsewhere)
    with pytest.raises(Missing):
        raised(cast, actor=cast.manager, account=cast.elsewhere)
    for actor in (cast.engineer, cast.owner):
        with pytest.raises(Forbidden):
            raised(cast, actor=actor)
    with pytest.raises(Missing):
        raised(cast, actor=cast.outsider)
    with pytest.raises(Missing):
        raised(cast, account=cast.operator)


def test_the_account_and_the_staff_who_see_its_contacts_read_it(cast: Cast) -> None:
    """W10: nobody else. Readers too (W1)."""
    notice = raised(cast, "user_escalation")
    for reader in (cast.owner, cast.colleague, cast.reader, cast.agent, cast.manager, cast.administrator):
        assert access.notice_for(reader, notice.public_id) == notice
    for other in (cast.outsider, cast.engineer):
        with pytest.raises(Missing):
            access.notice_for(other, notice.public_id)


def test_writing_shows_first_who_will_be_told_and_when(cast: Cast, client: Client) -> None:
    wait_for_hours(cast)
    page = f"/u/0/accounts/{cast.partner.slug}/notices/new/"
    assert page in sign_in(client, cast.agent).get(f"/u/0/accounts/{cast.partner.slug}").text
    assert "Show who will be told" in client.get(page).text
    form = WORDS | {"topic": "merchant_issue"}
    preview = client.post(page, form).text
    assert "These people will be told" in preview
    assert "Merchants" in preview
    assert not Notice.objects.exists()
    sent = client.post(page, form | {"send": "1"}, follow=True).text
    assert "The notice is sent." in sent
    assert "Please take it out.<br>Thank you." in sent
    assert Notice.objects.get().raised_by == cast.agent


def test_the_partner_lists_and_opens_its_notices(cast: Cast, client: Client) -> None:
    notice = raised(cast)
    sign_in(client, cast.reader)
    assert notice.title in client.get("/u/0/notices/").text
    page = client.get(f"/u/0/notices/{notice.public_id}/").text
    assert "Merchants" in page
    assert "Withdraw" not in page
    ledger = client.get("/u/0/deliveries/").text
    assert notice.title in ledger
    assert notice.title not in sign_in(Client(), cast.engineer).get("/u/0/deliveries/").text


def test_staff_withdraw_it_on_its_page(cast: Cast, client: Client) -> None:
    notice = raised(cast)
    sign_in(client, cast.agent)
    assert (
        "Whoever it has not reached yet does not get it."
        in client.get(f"/u/0/notices/{notice.public_id}/withdraw/").text
    )
    page = client.post(f"/u/0/notices/{notice.public_id}/withdraw/", follow=True).text
    assert "The notice is withdrawn." in page
    assert "Withdrawn" in client.get("/u/0/notices/").text
    again = client.post(f"/u/0/notices/{notice.public_id}/withdraw/", follow=True).text
    assert "This notice was withdrawn already." in again


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, cast.agent)
    raised(cast)
    client.get("/u/0/notices/")
    with django_assert_num_queries(5) as first:  # one of them is the banner of the rotas
        client.get("/u/0/notices/")
    for _ in range(5):
        raised(cast)
    with django_assert_num_queries(len(first)):
        client.get("/u/0/notices/")
