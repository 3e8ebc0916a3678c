"""The staff's page of incoming mail: what came of each, its bytes as a file, and reading it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import Topic
from liaison.contacts.testing import complete_record
from liaison.integrations.testing import make_launched
from liaison.ledger.testing import deliveries_about, take_in
from liaison.lib.clock import utc_now
from liaison.mail.listing import PER_PAGE
from liaison.mail.models import InboundMail
from liaison.mail.testing import answer_bytes, answer_comes, bounce_bytes, bounce_comes, make_mail
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.mail.wording import REASONS, SHOWN
from liaison.notifications.actions import announce
from liaison.notifications.models import Escalation, EscalationState, Message
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

pytestmark = pytest.mark.django_db


def ask(reader: Identity, path: str = "") -> Any:
    return sign_in(Client(), reader).get(f"/u/0/incoming-mail/{path}")


def say(reader: Identity, mail: InboundMail) -> Any:
    return sign_in(Client(), reader).post(f"/u/0/incoming-mail/{mail.public_id}/again", follow=True)


def test_staff_with_the_privilege_see_it_others_of_the_staff_hear_why_not_and_nobody_else_finds_it(
    cast: Cast,
) -> None:
    mail = make_mail(utc_now())
    for path in ("", f"{mail.public_id}/", f"{mail.public_id}/raw"):
        answers = {
            name: ask(getattr(cast, name), path).status_code
            for name in ("agent", "administrator", "engineer", "manager", "owner", "outsider")
        }
        assert answers == {
            "agent": 200, "administrator": 200, "engineer": 403, "manager": 403, "owner": 404, "outsider": 404,
        }  # fmt: skip
    assert sign_in(Client(), cast.owner).post(f"/u/0/incoming-mail/{mail.public_id}/raw").status_code == 404
    assert say(cast.engineer, mail).status_code == 403
    assert say(cast.owner, mail).status_code == 404
    assert ask(cast.agent, "nothing0000000/").status_code == 404


def test_it_lists_the_newest_first_by_what_came_of_it(cast: Cast) -> None:
    now = utc_now()
    make_mail(now, raw=b"1", subject_line="One in quarantine")
    make_mail(now, raw=b"2", subject_line="One that arrived", outcome=MailOutcome.DELIVERED, reason="")
    make_mail(now, raw=b"3", subject_line="One that broke", state=MailState.BROKEN, outcome="", reason=MailReason.BROKE)
    page = ask(cast.agent).content.decode()
    assert page.index("One that broke") < page.index("One that arrived") < page.index("One in quarantine")
    only = ask(cast.agent, "?show=broken").content.decode()
    assert "One that broke" in only
    assert "One that arrived" not in only
    assert "Nothing matches" in ask(cast.agent, "?show=acknowledged").content.decode()
    assert "One that arrived" in ask(cast.agent, "?show=nonsense&before=nonsense%00").content.decode()


def test_a_long_list_comes_in_pages_with_as_many_queries_for_any(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(PER_PAGE + 1):
        make_mail(utc_now(), raw=b"%d" % number, subject_line=f"Mail number {number}.")
    with django_assert_max_num_queries(12):
        page = ask(cast.agent).content.decode()
    assert "Mail number 0." not in page
    older = page.split("&amp;before=")[1].split('"')[0]
    assert "Mail number 0." in ask(cast.agent, f"?show=&before={older}").content.decode()


def test_the_bytes_come_as_a_file_of_plain_text_and_it_is_noted_who_opened_them(cast: Cast) -> None:
    raw = b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>\xff"
    mail = make_mail(utc_now(), raw=raw)
    answer = ask(cast.agent, f"{mail.public_id}/raw")
    assert answer.content == raw
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == f'attachment; filename="{mail.public_id}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    event = Event.objects.get(kind="incoming_mail.opened")
    assert (event.actor_id, event.subject_id) == (str(cast.agent.pk), mail.public_id)


def test_what_a_stranger_wrote_is_shown_as_words_alone(cast: Cast) -> None:
    hostile = '<script>alert(1)</script>"><img src=x>'
    mail = make_mail(utc_now(), subject_line=hostile, sender=hostile, detail=hostile, envelope_from=hostile)
    for path in ("", f"{mail.public_id}/"):
        page = ask(cast.agent, path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_an_erased_mail_says_so(cast: Cast) -> None:
    mail = make_mail(utc_now(), state=MailState.DONE)
    InboundMail.objects.update(raw=None)
    assert "The mail itself was erased" in ask(cast.agent, f"{mail.public_id}/").content.decode()
    answer = sign_in(Client(), cast.agent).get(f"/u/0/incoming-mail/{mail.public_id}/raw", follow=True)
    assert "The mail was erased" in answer.content.decode()
    assert "The mail was erased" in say(cast.agent, mail).content.decode()


def test_a_mail_in_quarantine_is_read_again_and_then_counts(cast: Cast, settings: Any) -> None:
    """The name of our own mail server was missing in the settings when it came."""
    now = utc_now()
    make_launched(cast.partner)
    complete_record(cast.owner, now)
    called = deliveries_about(take_in(cast.partner, severity="critical", now=now)).filter(step=1)[0]
    raw = answer_bytes(called.address, results="mx.renamed.test; dmarc=pass header.from=bistro.test")
    mail = answer_comes(called, raw, now=now)
    assert mail.reason == MailReason.NOT_AUTHENTICATED
    settings.MAIL_AUTHSERV_ID = "mx.renamed.test"
    assert "It was read again" in say(cast.agent, mail).content.decode()
    mail.refresh_from_db()
    assert mail.outcome == MailOutcome.ACKNOWLEDGED
    assert Event.objects.filter(kind="incoming_mail.read_again").count() == 1
    assert "is read again" in say(cast.agent, mail).content.decode(), "once it counted, there is nothing to read"


def test_a_mail_that_broke_breaks_again_and_stays_where_it_is(cast: Cast) -> None:
    raw = b'Content-Type: multipart/mixed; boundary="x"\r\n' * 100
    mail = make_mail(utc_now(), raw=raw, state=MailState.BROKEN, outcome="", reason=MailReason.BROKE)
    say(cast.agent, mail)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.tries) == (MailState.BROKEN, MailReason.BROKE, 1)


def test_a_mail_that_quotes_a_link_to_take_an_escalation_is_opened_once_somebody_has_it(cast: Cast) -> None:
    now = utc_now()
    make_launched(cast.partner)
    complete_record(cast.owner, now)
    called = deliveries_about(take_in(cast.partner, severity="critical", now=now)).filter(step=1)[0]
    known = answer_comes(called, answer_bytes("somebody@else.test"), now=now)
    named = f"Subject: Fwd\r\n\r\nMessage-ID: {called.message.message_id}".encode() if called.message else b""
    unknown = make_mail(now, raw=named)
    for mail in (known, unknown):
        answer = sign_in(Client(), cast.agent).get(f"/u/0/incoming-mail/{mail.public_id}/raw", follow=True)
        assert "own link to acknowledge" in answer.content.decode()
    Escalation.objects.update(state=EscalationState.RESOLVED, next_at=None, ended_at=now)
    assert ask(cast.agent, f"{known.public_id}/raw")["Content-Type"].startswith("text/plain")


@pytest.mark.usefixtures("topics")
def test_a_returned_message_with_links_to_sign_in_is_read_and_not_kept(
    cast: Cast, mail_server: MailServer, now: datetime
) -> None:
    announce((Topic.PRODUCTION_ALERT,), about(everyone=[person("a@p.test")], confidential=True), now=now)
    deliver_batch(now)
    message = Message.objects.get(address="a@p.test")
    keeping = bounce_bytes("a@p.test")
    strange = b"From: a@p.test\r\n\r\nWhat is this link?\r\n"
    quarantined = bounce_comes(message, strange, now=now, sender="a@p.test")
    answer = sign_in(Client(), cast.agent).get(f"/u/0/incoming-mail/{quarantined.public_id}/raw", follow=True)
    assert "nobody opens it" in answer.content.decode()
    InboundMail.objects.all().delete()
    mail = bounce_comes(message, keeping, now=now)
    assert (mail.outcome, mail.raw) == (MailOutcome.UNREACHABLE, None)


def test_everything_that_can_come_of_a_mail_has_words() -> None:
    assert set(SHOWN) == {outcome.value for outcome in MailOutcome} | {MailState.BROKEN.value, MailState.RECEIVED.value}
    assert set(REASONS) == set(MailReason)
