"""Who hears of a Send, and who does not (row "case update" of R, R5, W6, W13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from liaison.accounts.actions import suspend_identity
from liaison.accounts.models import MailChoice
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_cast, make_identity
from liaison.accounts.vocabulary import MailWish
from liaison.calendars.testing import make_layer, make_rota
from liaison.cases.actions import add_note, end_share, file_case, follow_case, share_case, unfollow_case
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.telling import tell
from liaison.cases.testing import make_case, make_closed, make_update, urgent_case
from liaison.cases.topics import CaseUpdates
from liaison.cases.triage import urgent_standing
from liaison.catalog.vocabulary import Topic
from liaison.health.access import may_acknowledge, visible_escalations
from liaison.health.acknowledging import acknowledge_escalation
from liaison.integrations.testing import make_launched
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.climbing import advance_escalation
from liaison.notifications.facts import Reason, Withheld
from liaison.notifications.models import (
    AcknowledgedVia,
    Announcement,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
)
from liaison.notifications.registry import Recipient
from liaison.notifications.rows import subject_of

STRANGER = "stranger@example.test"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.colleague)


def told(update: CaseUpdate) -> dict[str, set[str]]:
    """Return who is told of an update: the reasons, by address."""
    rows = Delivery.objects.filter(
        announcement__subject_kind="case_update", announcement__subject_id=str(update.pk), state=DeliveryState.PENDING
    )
    return {row.address: {reason["reason"] for reason in row.reasons} for row in rows}


def recipient_of(delivery: Delivery) -> Recipient:
    return Recipient(
        key=delivery.recipient_key,
        identity_id=delivery.identity_id,
        address=delivery.address,
        name=delivery.name,
        language=delivery.language,
        time_zone=delivery.time_zone,
        reasons=(),
    )


def may_receive(delivery: Delivery) -> bool:
    subject = subject_of(delivery.announcement)
    return CaseUpdates().preloaded([subject]).may_receive(subject, recipient_of(delivery))


def statements_of(update: CaseUpdate) -> list[str]:
    """Return what telling of an update asks of the database."""
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        tell(update, utc_now())
    found = [str(query["sql"]) for query in queries.captured_queries]
    return [one for one in found if "SAVEPOINT" not in one]


def test_whoever_files_is_told_the_number(cast: Cast, case: Case) -> None:
    assert told(case.updates.get()) == {cast.colleague.mailbox: {Reason.FILED_THE_CASE, Reason.FOLLOWS_THE_CASE}}


def test_an_answer_goes_to_the_filer_and_to_followers_and_never_to_who_sent_it(cast: Cast, case: Case) -> None:
    follow_case(actor=cast.reader, case=case, now=utc_now())
    assert set(told(make_update(cast.agent, case, text="Which booking?"))) == {
        cast.colleague.mailbox,
        cast.reader.mailbox,
    }
    answer = told(make_update(cast.colleague, case, text="The first."))
    assert set(answer) == {cast.reader.mailbox, cast.agent.mailbox}
    assert answer[cast.agent.mailbox] == {Reason.WORKS_ON_THE_CASE}


def test_another_identity_of_the_senders_mailbox_is_the_same_person(cast: Cast, case: Case) -> None:
    """D10: one mailbox is one reader."""
    twin = make_identity(cast.partner, PredefinedRole.EDITOR, "Twin Colleague", mailbox=cast.colleague.mailbox)
    follow_case(actor=twin, case=case, now=utc_now())
    assert told(make_update(cast.colleague, case, text="Me again.")) == {}
    both = told(make_update(cast.agent, case, text="Which booking?"))
    assert set(both) == {cast.colleague.mailbox}


def test_an_internal_note_tells_nobody(cast: Cast, case: Case) -> None:
    """W8."""
    before = Announcement.objects.count()
    add_note(actor=cast.agent, case=case, text="Between us.", now=utc_now())
    assert Announcement.objects.count() == before


@pytest.mark.parametrize("wish", [None, MailWish.NOTHING])
def test_whoever_unsubscribed_stands_there_with_the_reason(cast: Cast, case: Case, wish: MailWish | None) -> None:
    """R5: for one case, or for all."""
    if wish is None:
        unfollow_case(actor=cast.colleague, case=case, now=utc_now())
    else:
        MailChoice.objects.create(identity=cast.colleague, topic=Topic.CASE_UPDATE, wish=wish)
    update = make_update(cast.agent, case, text="Which booking?")
    assert told(update) == {}
    delivery = Delivery.objects.get(announcement__subject_id=str(update.pk))
    assert (delivery.state, delivery.state_reason) == (DeliveryState.SUPPRESSED, Withheld.NOT_WANTED)


def test_writing_does_not_take_an_unsubscription_back(cast: Cast, case: Case) -> None:
    unfollow_case(actor=cast.colleague, case=case, now=utc_now())
    make_update(cast.colleague, case, text="One more thing.")
    assert told(make_update(cast.agent, case, text="Thanks.")) == {}


def test_whoever_wants_everything_of_the_account_hears_of_every_case_of_it(cast: Cast) -> None:
    for one in (cast.owner, cast.outsider):
        MailChoice.objects.create(identity=one, topic=Topic.CASE_UPDATE, wish=MailWish.EVERYTHING)
    case = make_case(cast.colleague)
    assert set(told(case.updates.get())) == {cast.colleague.mailbox, cast.owner.mailbox}


def test_who_lost_the_right_is_not_told_and_reads_nothing_that_waits(cast: Cast, case: Case) -> None:
    """Invariant 2."""
    outsider = share_case(actor=cast.colleague, case=case, address=cast.outsider.mailbox, right="view", now=utc_now())
    follow_case(actor=cast.outsider, case=case, now=utc_now())
    update = make_update(cast.agent, case, text="Which booking?")
    delivery = Delivery.objects.get(announcement__subject_id=str(update.pk), address=cast.outsider.mailbox)
    assert may_receive(delivery)
    end_share(actor=cast.colleague, share=outsider, now=utc_now())
    assert not may_receive(delivery)
    assert cast.outsider.mailbox not in told(make_update(cast.agent, case, text="And when?"))


def test_a_share_that_ran_out_is_not_told(cast: Cast, case: Case) -> None:
    now = utc_now()
    share_case(
        actor=cast.colleague, case=case, address=STRANGER, right="view", expires_at=now + timedelta(hours=1), now=now
    )
    assert STRANGER in told(make_update(cast.agent, case, text="Which booking?", now=now))
    assert STRANGER not in told(make_update(cast.agent, case, text="And when?", now=now + timedelta(hours=1)))


def test_somebody_suspended_hears_nothing_more(cast: Cast, case: Case) -> None:
    """W13."""
    update = make_update(cast.agent, case, text="Which booking?")
    delivery = Delivery.objects.get(announcement__subject_id=str(update.pk), address=cast.colleague.mailbox)
    suspend_identity(actor=TESTS, identity=cast.colleague, now=utc_now())
    assert not may_receive(delivery)
    assert told(make_update(cast.agent, case, text="And when?")) == {}


def test_links_and_shares_are_in_the_history_and_in_no_mail(cast: Cast, case: Case) -> None:
    follow_case(actor=cast.owner, case=case, now=utc_now())
    share_case(actor=cast.colleague, case=case, address=STRANGER, right="view", now=utc_now())
    assert told(case.updates.latest("position")) == {}


def test_nobody_who_stands_there_leaves_no_announcement(cast: Cast, case: Case) -> None:
    make_update(cast.agent, case, text="Which booking?")
    before = Announcement.objects.count()
    unfollow_case(actor=cast.agent, case=case, now=utc_now())
    update = make_update(cast.colleague, case, text="The first.")
    found = Announcement.objects.filter(subject_id=str(update.pk), subject_kind="case_update")
    assert [one.nobody_for for one in found] in ([], [["case_update"]])
    assert not Announcement.objects.filter(topics__contains=["staff_alarm"]).exists()
    assert Announcement.objects.count() <= before + 1


def test_telling_of_a_usual_case_takes_few_statements(cast: Cast, case: Case) -> None:
    update = CaseUpdate.objects.select_related("case").get(case=case)
    found = statements_of(update)
    assert len(found) <= 6, "\n".join(found)


def test_the_number_of_statements_does_not_grow_with_the_readers(cast: Cast, case: Case) -> None:
    now = utc_now()
    for number in range(6):
        share_case(actor=cast.colleague, case=case, address=f"guest{number}@example.test", right="view", now=now)
    update = make_update(cast.agent, case, text="Which booking?")
    found = statements_of(update)
    assert len(found) <= 6, "\n".join(found)
    subjects = [subject_of(one) for one in Announcement.objects.filter(subject_kind="case_update")]
    with CaptureQueriesContext(connection) as queries:
        handler = CaseUpdates().preloaded(subjects)
        for subject in subjects:
            handler.still_relevant(subject)
    assert len(queries) <= 3


def test_a_new_urgent_case_calls_the_triage_until_somebody_has_it(cast: Cast) -> None:
    """S4 and row "urgent case" of R."""
    integration = make_launched(cast.partner)
    case = file_case(actor=cast.colleague, new=urgent_case(integration), now=utc_now())
    escalation = Escalation.objects.get(subject_kind="case", subject_id=str(case.pk))
    assert escalation.state == EscalationState.RUNNING
    called = Delivery.objects.filter(announcement=escalation.announcement, state=DeliveryState.PENDING)
    assert {one.address for one in called} == {cast.agent.mailbox}
    standing = urgent_standing(case)
    assert standing is not None
    assert standing.is_calling
    assert standing.has_it == ""
    # It is the operator's own matter: the account neither sees nor takes it.
    assert not may_acknowledge(cast.owner, cast.partner.pk, "case", str(case.pk))
    assert not visible_escalations(cast.owner).filter(pk=escalation.pk).exists()
    assert visible_escalations(cast.agent).filter(pk=escalation.pk).exists()
    acknowledge_escalation(actor=cast.agent, escalation=escalation, via=AcknowledgedVia.PORTAL, now=utc_now())
    standing = urgent_standing(case)
    assert standing is not None
    assert (standing.is_calling, standing.has_it) == (False, cast.agent.name)


def test_nobody_is_called_any_more_about_an_urgent_case_that_is_closed(cast: Cast) -> None:
    case = file_case(actor=cast.colleague, new=urgent_case(make_launched(cast.partner)), now=utc_now())
    make_closed(cast.colleague, case)
    assert Escalation.objects.get(subject_kind="case").state == EscalationState.RESOLVED


def test_an_urgent_case_that_nobody_triages_alarms_the_operator(cast: Cast) -> None:
    """R4."""
    suspend_identity(actor=TESTS, identity=cast.agent, now=utc_now())
    file_case(actor=cast.colleague, new=urgent_case(make_launched(cast.partner)), now=utc_now())
    alarm = Announcement.objects.get(topics__contains=["staff_alarm"])
    assert alarm.facts["topics"] == ["urgent_case"]


def test_who_is_on_call_is_called_when_the_triage_is_silent_and_the_next_one_after_a_hand_over(cast: Cast) -> None:
    """S4, C7: the rota of the moment counts at each step, and who has it all of them hear."""
    now = datetime(2026, 11, 24, 7, 45, tzinfo=UTC)  # a quarter of an hour before the hand-over at 09:00 in Rome
    second = make_identity(cast.operator, PredefinedRole.ON_CALL_ENGINEER, "Eve Second")
    make_layer(make_rota(), cast.engineer, second, starts_on=now.date() - timedelta(days=1), turn_days=1, now=now)
    case = file_case(actor=cast.colleague, new=urgent_case(make_launched(cast.partner)), now=now)
    escalation = Escalation.objects.get(subject_kind="case", subject_id=str(case.pk))

    def called() -> list[str]:
        """Return who was called, or told, since it was asked last; their mails went out."""
        of_case = Delivery.objects.filter(announcement__subject_kind="case", announcement__subject_id=str(case.pk))
        fresh = of_case.filter(state=DeliveryState.PENDING).order_by("pk").select_related("identity")
        names = [one.identity.name for one in fresh if one.identity is not None]
        fresh.update(state=DeliveryState.ACCEPTED, finished_at=now)
        return names

    assert called() == [cast.agent.name]
    advance_escalation(escalation.pk, now=now + timedelta(minutes=10))
    assert called() == [cast.engineer.name]
    advance_escalation(escalation.pk, now=now + timedelta(minutes=20))  # the rota was handed over meanwhile
    assert called() == [second.name]
    advance_escalation(escalation.pk, now=now + timedelta(minutes=30))  # the second round begins with the triage
    assert called() == [cast.agent.name]
    escalation.refresh_from_db()
    later = now + timedelta(minutes=31)
    acknowledge_escalation(actor=cast.agent, escalation=escalation, via=AcknowledgedVia.PORTAL, now=later)
    assert set(called()) == {cast.engineer.name, second.name}
