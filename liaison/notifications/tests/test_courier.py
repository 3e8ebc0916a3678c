"""Invariant 1: what was answered is kept and what is let go is free, whatever breaks in the middle of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications import channels, parting
from liaison.notifications import courier as module
from liaison.notifications.actions import announce
from liaison.notifications.channels.contract import Letter, Rendered
from liaison.notifications.channels.email.smtp import SmtpMail
from liaison.notifications.claims import Claim, HandOver, claim_due, hand_over
from liaison.notifications.courier import Courier
from liaison.notifications.models import Announcement, Attempt, Delivery, LetterForm, Message
from liaison.notifications.outcomes import Ending, finish, given_back
from liaison.notifications.testing import MailServer, Trick, about, person
from liaison.notifications.worker import deliver_batch

NOTICE, EMERGENCY = Topic.TECHNICAL_NOTICE, Topic.TECHNICAL_EMERGENCY
NOBODY = 987_654_321  # no identity has this key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("topics")]


@pytest.fixture
def courier(now: datetime, mail_server: MailServer) -> Iterator[Courier]:
    found = Courier(lambda: now + timedelta(seconds=1))
    yield found
    mail_server.let_go()
    found.close(patience=5)


def tell(now: datetime, *addresses: str) -> None:
    with transaction.atomic():
        announce((NOTICE,), about(everyone=[person(address) for address in addresses]), now=now)


def held(courier: Courier) -> int:
    return len(courier._keeper)  # what nobody works on must not be prolonged


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("address", "state"))


def test_a_batch_that_breaks_is_let_go(courier: Courier, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its leases would be prolonged for twenty minutes, by a worker that has forgotten it."""

    def broken(claims: Sequence[Claim]) -> Any:
        raise RuntimeError("a mistake of ours")

    tell(now, "a@p.test")
    monkeypatch.setattr(module, "standings_of", broken)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        courier.deliver_batch()
    assert held(courier) == 0


def test_one_outcome_that_cannot_be_kept_costs_the_others_nothing(
    courier: Courier, now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choosy(endings: Sequence[Ending], *, now: datetime) -> frozenset[int]:
        if any(one.claim.address == "poison@p.test" for one in endings):
            raise ValueError("this one cannot be written down")
        return finish(endings, now=now)

    tell(now, "a@p.test", "poison@p.test", "b@p.test")
    monkeypatch.setattr(module, "finish", choosy)
    courier.deliver_batch()
    assert states() == {"a@p.test": "accepted", "poison@p.test": "handed_over", "b@p.test": "accepted"}
    assert held(courier) == 0


def test_somebody_of_the_fallback_who_is_gone_does_not_undo_the_outcome(
    courier: Courier, now: datetime, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The database finds out only at the commit that the next contact was deleted meanwhile."""
    mail_server.at_rcpt["first@p.test"].append("550 no such user")
    ladder = [person("first@p.test"), person("second@p.test", identity_id=NOBODY)]
    with transaction.atomic():
        announced = announce((EMERGENCY,), about(ladder=[ladder[0]]), now=now)
        announced.facts = {"ladder": ladder}
        announced.save()
    tell(now, "a@p.test")
    courier.deliver_batch()
    assert states() == {"first@p.test": "refused", "a@p.test": "accepted"}
    assert Delivery.objects.get(address="first@p.test").state == "failed"
    assert "No fallback could be planned" in caplog.text


def test_a_connection_lost_after_the_hand_over_leaves_nothing_in_doubt(
    courier: Courier, now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults: connections terminated every 5 s, and a worker that was stopped meanwhile and asks for its lease."""

    def cutting(batch: Sequence[HandOver]) -> frozenset[int]:
        counted = hand_over(batch)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with psycopg.connect(**_connection()) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        keeper = courier._keeper  # as after a long stop: it no longer knows whether it holds them
        keeper._held = {key: (claim, since, 0.0) for key, (claim, since, _) in keeper._held.items()}
        return counted

    tell(now, "a@p.test", "b@p.test")
    monkeypatch.setattr(parting, "hand_over", cutting)
    courier.deliver_batch()
    assert states() == {"a@p.test": "accepted", "b@p.test": "accepted"}
    assert set(Message.objects.values_list("attempt", flat=True)) == {1}


def test_an_answer_that_a_crashed_database_forgot_is_recorded_again(
    courier: Courier, now: datetime, mail_server: MailServer
) -> None:
    """Faults: PostgreSQL stopped as hard as a crash, which undoes what was not on the disk yet (invariant 1)."""
    tell(now, "a@p.test")
    courier.deliver_batch()
    leased = now + timedelta(minutes=1)
    Message.objects.update(state="handed_over", finished_at=None, lease_until=leased)  # what the crash leaves
    Delivery.objects.update(state="pending", finished_at=None)
    Attempt.objects.all().delete()
    courier.deliver_batch()
    assert states() == {"a@p.test": "handed_over"}  # nobody noticed a crash
    courier.notice_database_away()
    courier.deliver_batch()
    assert states() == {"a@p.test": "accepted"}
    assert (Attempt.objects.get().outcome, len(mail_server.accepted)) == ("accepted", 1)


def test_recording_again_changes_nothing_where_nothing_was_forgotten(
    courier: Courier, now: datetime, mail_server: MailServer
) -> None:
    tell(now, "a@p.test", "b@p.test")
    courier.deliver_batch()
    before = list(Message.objects.values()), list(Delivery.objects.values()), list(Attempt.objects.values())
    courier._clock = lambda: now + timedelta(hours=1)
    courier.notice_database_away()
    courier.deliver_batch()
    assert (list(Message.objects.values()), list(Delivery.objects.values()), list(Attempt.objects.values())) == before
    assert len(mail_server.accepted) == 2


def test_an_answer_counts_although_the_others_of_its_endpoint_cannot_be_put_off(
    now: datetime, monkeypatch: pytest.MonkeyPatch, mail_server: MailServer
) -> None:
    def away(*_arguments: object) -> int:
        raise OperationalError("the connection is lost")

    mail_server.at_dot["a@p.test"].append(Trick.DROP)
    tell(now, "a@p.test")
    monkeypatch.setattr(module, "put_off_address", away)
    slow = Courier(lambda: now + timedelta(seconds=1))
    slow._channel = "endpoint"  # its claims are those of the mail all the same
    monkeypatch.setattr(module, "claim_due", lambda moment, **more: claim_due(moment, limit=more["limit"]))
    monkeypatch.setattr(channels, "named", lambda _name: SmtpMail())
    slow.deliver_batch()
    slow.close()
    assert Attempt.objects.get().outcome == "unknown"
    assert Message.objects.get().state == "unknown"


def test_a_message_whose_answer_is_waited_for_is_kept_when_its_batch_breaks(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease must go on: else it is sent a second time while the server still thinks about the first."""
    mail_server.at_dot["slow@p.test"].append(Trick.HANG)
    tell(now, "slow@p.test", "b@p.test")
    slow = Courier(lambda: now + timedelta(seconds=1), most_in_flight=2)
    monkeypatch.setattr(channels, "named", lambda _name: SmtpMail(patience=0.1))
    sent: list[Sequence[HandOver]] = []

    def breaking(batch: Sequence[HandOver]) -> frozenset[int]:
        if sent:
            raise OperationalError("the database is away")
        sent.append(batch)
        return hand_over(batch[:1])

    monkeypatch.setattr(parting, "hand_over", breaking)
    monkeypatch.setattr(module, "DECISIONS_HOLD_SECONDS", 60.0)
    tell(now, "c@p.test")
    with pytest.raises(OperationalError):
        slow.deliver_batch()
    assert (held(slow), len(slow._lingering)) == (1, 1)
    mail_server.let_go()
    slow.close(patience=5)
    assert states()["slow@p.test"] == "accepted"


def test_a_decision_that_grows_old_in_the_middle_of_a_batch_is_made_again(
    courier: Courier, now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 2: a server that answers slowly must not have mail sent on rights of a minute ago."""
    monkeypatch.setattr(module, "DECISIONS_HOLD_SECONDS", 0.0)
    tell(now, "a@p.test", "b@p.test", "c@p.test")
    for count in (1, 2, 3):
        courier.deliver_batch()
        assert len(mail_server.accepted) == count
    assert [one.to for one in mail_server.accepted] == ["a@p.test", "b@p.test", "c@p.test"]
    assert set(Message.objects.values_list("state", "unanswered")) == {("accepted", 1)}


def test_a_topic_that_a_newer_version_announces_costs_the_others_nothing(
    courier: Courier, now: datetime, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """While versions are exchanged an old worker must not hold up what it does not know, nor the rest."""
    tell(now, "tomorrow@p.test")
    reasons = [{"topic": "topic_of_tomorrow", "reason": "alert_contact", "withheld": None}]
    Delivery.objects.update(reasons=reasons)
    Announcement.objects.update(topics=["topic_of_tomorrow"])
    tell(now, "a@p.test")
    courier.deliver_batch()
    assert states() == {"tomorrow@p.test": "pending", "a@p.test": "accepted"}
    assert Message.objects.get(address="tomorrow@p.test").failures == 1
    assert "topic_of_tomorrow" in caplog.text


def test_what_is_given_back_keeps_its_place_in_the_queue(now: datetime) -> None:
    """A backlog would be turned round by each claim, and nothing of it ever look late to the auditor."""
    tell(now, "a@p.test")
    later = now + timedelta(minutes=5)
    (claim,) = claim_due(later)
    finish([given_back(claim, later, was_handed_over=False, soon=True)], now=later)
    assert Message.objects.get().due_at == now


def test_a_form_that_was_removed_while_a_worker_knew_it_is_kept_anew(
    now: datetime, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention removes forms that nothing refers to; the database refuses the next message, and it goes out anyway."""
    form = b"what all of them share " * 20

    class Shared(SmtpMail):
        def render(self, letter: Letter) -> Rendered:
            rendered = super().render(letter)
            return Rendered(rendered.subject_line, rendered.data, form)

    monkeypatch.setattr(channels, "named", lambda _name: Shared())
    tell(now, "a@p.test")
    deliver_batch(now)
    Message.objects.update(sent_bytes=None, form=None)
    LetterForm.objects.all().delete()
    tell(now, "b@p.test")
    deliver_batch(now)
    kept = Message.objects.get(address="b@p.test")
    assert (kept.state, LetterForm.objects.count()) == ("accepted", 1)
    assert mail_server.accepted[1].to == "b@p.test"


def test_the_keeper_of_leases_gives_its_connection_back(courier: Courier, now: datetime) -> None:
    """A process has eight connections at most, and its couriers and late answers need them."""
    tell(now, "a@p.test")
    keeper = courier._keeper
    keeper._held = {claim.message: (claim, monotonic(), monotonic()) for claim in claim_due(now)}
    keeper._renew()
    assert connection.connection is None
    assert held(courier) == 1


def _connection() -> dict[str, Any]:
    own = {"context", "cursor_factory", "prepare_threshold", "row_factory"}
    return {key: value for key, value in connection.get_connection_params().items() if key not in own and value}
