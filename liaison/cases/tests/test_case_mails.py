"""What a case mail says and how mail programs treat it: by a real SMTP server, in the reader's language (R5, D10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_cast, make_identity, sign_in
from liaison.cases.actions import file_case, share_case
from liaison.cases.letters.unsubscribing import token_of
from liaison.cases.models import Case, Follow, Share
from liaison.cases.numbers import shown
from liaison.cases.testing import make_case, make_closed, make_update, urgent_case
from liaison.contacts.testing import complete_record
from liaison.health.acknowledging import acknowledge_escalation
from liaison.integrations.testing import make_launched
from liaison.ledger.access import visible_deliveries
from liaison.lib.clock import utc_now
from liaison.notifications.models import AcknowledgedVia, Escalation
from liaison.notifications.testing import MailServer, Received
from liaison.notifications.worker import deliver_batch

TITLE = "예약이 <b>확인</b>되지 않음"
STRANGER = "stranger@example.test"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    minji = make_identity(
        cast.partner,
        PredefinedRole.EDITOR,
        "Minji\r\nBcc: x@y.test Kim".replace("\r\n", " "),
        language="ko",
        zone="Asia/Seoul",
    )
    return make_case(minji, title=TITLE)


def mails_to(server: MailServer, address: str) -> list[Received]:
    for _ in range(3):
        deliver_batch(utc_now())
    return [one for one in server.accepted if one.to == address]


def test_a_korean_reader_gets_threaded_mails_with_a_way_out(cast: Cast, case: Case, mail_server: MailServer) -> None:
    make_update(cast.agent, case, text="어떤 예약인가요?\n> <script>alert(1)</script>")
    receipt, answer = mails_to(mail_server, "minji@bistro.test")
    for one in (receipt, answer):
        mail = one.mail
        assert shown(case.number) in str(mail["Subject"])
        assert TITLE in str(mail["Subject"])
        assert mail["Content-Language"] == "ko"
        assert str(mail["References"]) == str(mail["In-Reply-To"])
        assert str(mail["References"]).startswith(f"<case-{case.number}@")
        assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
        assert str(mail["List-Unsubscribe"]).startswith("<http")
        assert f"/go/cases/{case.number}?as=" in one.body("plain")
    assert str(receipt.mail["Subject"]) == str(answer.mail["Subject"])
    assert receipt.message_id != answer.message_id
    assert "어떤 예약인가요?" in answer.body("plain")
    assert "<script>" not in answer.body("html")
    assert "&lt;b&gt;" in receipt.body("html")


def test_a_closed_case_says_until_when_it_can_be_reopened(cast: Cast, case: Case, mail_server: MailServer) -> None:
    """D8, in the reader's zone."""
    make_closed(cast.agent, case)
    _receipt, closed = mails_to(mail_server, "minji@bistro.test")
    last = utc_now() + timedelta(days=30)
    assert str(last.year) in closed.body("plain")


def test_titles_cannot_break_out_of_the_subject(cast: Cast, mail_server: MailServer) -> None:
    case = make_case(cast.colleague, title="A\r\nBcc: victim@example.test\u2028B\u202e")
    (receipt,) = mails_to(mail_server, cast.colleague.mailbox)
    assert receipt.mail["Bcc"] is None
    assert "\n" not in str(receipt.mail["Subject"])
    assert [one.to for one in mail_server.accepted] == [cast.colleague.mailbox]
    assert case.title.startswith("A Bcc: victim")


def test_one_click_ends_the_mails_of_one_case_without_signing_in(
    cast: Cast, case: Case, mail_server: MailServer
) -> None:
    """RFC 8058: a mail program posts by itself, with no cookie."""
    (receipt,) = mails_to(mail_server, "minji@bistro.test")
    address = str(receipt.mail["List-Unsubscribe"]).strip("<>")
    path = address.partition("/cases/")[1] + address.partition("/cases/")[2]
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 200
    assert not Follow.objects.filter(case=case, is_following=False).exists(), "scanners open links too"
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Follow.objects.get(case=case, is_following=False).identity.name.startswith("Minji")
    assert Client().get("/cases/mails/nonsense/").status_code == 404
    assert Client().get(f"/cases/mails/{token_of('nobody/' + case.number)}/").status_code == 404


def test_a_shared_address_that_is_nobodys_gets_the_share_and_each_update(
    cast: Cast, case: Case, mail_server: MailServer
) -> None:
    """D10: the mail about the share names the number and leads to sign-in; it holds nothing of the case."""
    share_case(actor=cast.owner, case=case, address=STRANGER, right="view", now=utc_now())
    make_update(cast.agent, case, text="Which booking?")
    by_subject = {str(one.mail["Subject"]): one for one in mails_to(mail_server, STRANGER)}
    assert len(by_subject) == 2
    invitation = next(one for subject, one in by_subject.items() if TITLE not in subject)
    update = next(one for subject, one in by_subject.items() if TITLE in subject)
    assert "shared case" in str(invitation.mail["Subject"])
    assert TITLE not in invitation.body("plain")
    assert f"/go/cases/{case.number}" in invitation.body("plain")
    assert "?as=" not in update.body("plain")
    address = str(update.mail["List-Unsubscribe"]).strip("<>")
    Client().post("/cases/" + address.partition("/cases/")[2], {"List-Unsubscribe": "One-Click"})
    assert Share.objects.get(case=case).is_quiet


def test_updates_of_one_case_in_a_minute_become_one_mail(
    cast: Cast, case: Case, mail_server: MailServer, settings: LazySettings
) -> None:
    settings.BUNDLE_SECONDS = 10
    now = utc_now()
    for number in range(4):
        make_update(cast.agent, case, text=f"Question {number}", now=now + timedelta(seconds=number))
    for _ in range(3):
        deliver_batch(now + timedelta(seconds=60))
    received = [one for one in mail_server.accepted if one.to == "minji@bistro.test"]
    assert len(received) <= 3
    bundle = received[-1]
    assert str(bundle.mail["References"]).startswith(f"<case-{case.number}@")
    assert "List-Unsubscribe" in bundle.mail


def test_the_ledger_shows_who_was_told_and_no_word_of_the_case(cast: Cast, case: Case, mail_server: MailServer) -> None:
    """W2: who looks after deliveries need not be allowed to read cases; and a mailbox of staff is for staff."""
    complete_record(cast.owner)
    make_update(cast.agent, case, text="Which booking?")
    make_update(cast.colleague, case, text="The secret one.")
    assert mails_to(mail_server, cast.agent.mailbox)
    for person in (cast.administrator, cast.engineer, cast.owner):
        client = sign_in(Client(), person)
        rows = visible_deliveries(person).filter(announcement__subject_kind="case_update")
        pages = [client.get("/u/0/deliveries/")] + [client.get(f"/u/0/deliveries/{row.public_id}/") for row in rows]
        text = "".join(page.content.decode() for page in pages)
        assert rows
        assert case.title not in text
        assert "secret one" not in text
        if person is cast.owner:
            assert cast.agent.mailbox not in text


def test_the_triage_is_called_without_a_word_of_the_case_and_hears_who_has_it(
    cast: Cast, mail_server: MailServer
) -> None:
    """W2: not everybody who is called may read the case."""
    second = make_identity(cast.operator, PredefinedRole.SUPPORT_AGENT, "Bora Agent")
    case = file_case(actor=cast.colleague, new=urgent_case(make_launched(cast.partner)), now=utc_now())
    (call,) = mails_to(mail_server, cast.agent.mailbox)
    assert shown(case.number) in str(call.mail["Subject"])
    assert case.title not in call.body("plain") + str(call.mail["Subject"])
    assert "/acknowledge/" in call.body("html")
    found = Escalation.objects.get(subject_kind="case")
    acknowledge_escalation(actor=cast.agent, escalation=found, via=AcknowledgedVia.PORTAL, now=utc_now())
    _call, taken = mails_to(mail_server, second.mailbox)
    assert f"{cast.agent.name} has it" in str(taken.mail["Subject"])
