"""What readers say about articles: staff read it, deal with it, and answer whoever asked for an answer (H1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now as utc

from liaison.accounts.testing import Cast, sign_in
from liaison.helpcentre import actions
from liaison.helpcentre.letters import FeedbackLetter
from liaison.helpcentre.models import Feedback
from liaison.helpcentre.vocabulary import FeedbackCode
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Delivery
from liaison.notifications.registry import Recipient, Subject

ANSWERS = "/u/0/desk/help-answers"


def said(text: str = "More pictures", **values: Any) -> Feedback:
    known = {"article": "who-is-told", "language": "pl", "is_helpful": False, "created_at": utc(), "text": text}
    return Feedback.objects.create(**known | values)


def test_staff_read_what_is_said_as_text(client: Client, cast: Cast) -> None:
    said("<b>More</b> pictures")
    page = sign_in(client, cast.agent).get(ANSWERS).content.decode()
    assert "&lt;b&gt;More&lt;/b&gt; pictures" in page
    assert "Polski" in page


def test_somebody_signed_in_asks_for_an_answer_and_gets_it_by_mail(client: Client, cast: Cast) -> None:
    """The asker's language decides the mail's; nobody else is told."""
    sign_in(client, cast.colleague)
    asked = client.post("/u/0/help/who-is-told/feedback", {"helpful": "no"}).content.decode()
    ticket = asked.split('name="ticket" value="')[1].split('"')[0]
    assert "I would like an answer" in asked
    told = client.post(
        "/u/0/help/who-is-told/feedback", {"ticket": ticket, "text": "What is a drill?", "wants_answer": "on"}
    )
    assert "You get an answer by e-mail" in told.content.decode()
    kept = Feedback.objects.get()
    assert (kept.identity, kept.wants_answer) == (cast.colleague, True)
    staff = sign_in(Client(), cast.agent)
    assert "wants an answer" in staff.get("/u/0/").content.decode()
    assert cast.colleague.name in staff.get(f"{ANSWERS}/{kept.pk}").content.decode()
    staff.post(f"{ANSWERS}/{kept.pk}", {"answer": "A test alarm.\nSee the page.", "note": "Done"})
    delivery = Delivery.objects.get(announcement__subject_kind="help_feedback")
    assert delivery.identity_id == cast.colleague.pk
    subject = Subject("help_feedback", str(kept.pk), cast.partner.pk)
    letter = FeedbackLetter()
    assert [person.identity_id for person in letter.addressed(subject)] == [cast.colleague.pk]
    assert letter.still_relevant(subject)


def test_signed_out_nobody_can_ask_for_an_answer(client: Client) -> None:
    asked = client.post("/help/who-is-told/feedback", {"helpful": "no"}).content.decode()
    ticket = asked.split('name="ticket" value="')[1].split('"')[0]
    assert "I would like an answer" not in asked
    client.post("/help/who-is-told/feedback", {"ticket": ticket, "text": "Hm", "wants_answer": "on"})
    kept = Feedback.objects.get()
    assert (kept.text, kept.identity, kept.wants_answer) == ("Hm", None, False)


def test_an_answer_without_words_is_not_asked_for(cast: Cast) -> None:
    ticket = actions.give_feedback(sender="1.1.1.1", slug="who-is-told", language="en", is_helpful=False, now=utc())
    with pytest.raises(Invalid):
        actions.explain_feedback(ticket=ticket, text=" ", asker=cast.colleague, now=utc())


def test_feedback_is_dealt_with_once_and_answered_only_where_asked(cast: Cast) -> None:
    kept = said()
    with pytest.raises(Conflict) as refused:
        actions.deal_with_feedback(actor=cast.agent, feedback=kept, answer="Hello", now=utc())
    assert refused.value.code == FeedbackCode.NOBODY_ASKED
    dealt = actions.deal_with_feedback(actor=cast.agent, feedback=kept, note="Two pictures added", now=utc())
    assert (dealt.dealt_by, dealt.note) == (cast.agent, "Two pictures added")
    with pytest.raises(Conflict):
        actions.deal_with_feedback(actor=cast.administrator, feedback=kept, now=utc())
    with pytest.raises(Forbidden):
        actions.deal_with_feedback(actor=cast.engineer, feedback=said(), now=utc())
    with pytest.raises(Missing):
        actions.deal_with_feedback(actor=cast.owner, feedback=said(), now=utc())


def test_nobody_is_mailed_who_was_suspended_since(cast: Cast) -> None:
    kept = said(identity=cast.colleague, wants_answer=True)
    type(cast.colleague).objects.filter(pk=cast.colleague.pk).update(suspended_at=utc())
    with pytest.raises(Conflict):
        actions.deal_with_feedback(actor=cast.agent, feedback=kept, answer="Hello", now=utc())


def test_filters_stand_in_the_address_and_odd_ones_mean_nothing(client: Client, cast: Cast) -> None:
    said("Alpha", article="file-a-case", language="ko")
    said("Beta", is_helpful=True)
    dealt = said("Gamma")
    actions.deal_with_feedback(actor=cast.agent, feedback=dealt, now=utc())
    sign_in(client, cast.agent)

    def shown(**filters: str) -> set[str]:
        page = client.get(ANSWERS, filters).content.decode()
        return {word for word in ("Alpha", "Beta", "Gamma") if word in page}

    assert shown() == {"Alpha", "Beta"}
    assert shown(article="file-a-case") == {"Alpha"}
    assert shown(language="pl", helpful="yes") == {"Beta"}
    assert shown(show="dealt") == {"Gamma"}
    assert shown(show="words") == {"Alpha", "Beta", "Gamma"}
    assert shown(show="\x00", language="<b>", helpful="?", before="9" * 30) == {"Alpha", "Beta"}


def test_many_answers_come_in_pages_for_the_same_number_of_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        said(f"Words {number:02}", identity=cast.colleague, wants_answer=True)
    sign_in(client, cast.agent).get(ANSWERS)
    with django_assert_max_num_queries(8):
        page = client.get(ANSWERS).content.decode()
    assert "Words 29" in page
    assert "Words 04" not in page
    older = client.get(ANSWERS, {"before": Feedback.objects.get(text="Words 05").pk}).content.decode()
    assert "Words 04" in older


def test_the_letter_is_gone_with_what_it_is_about(cast: Cast) -> None:
    subject = Subject("help_feedback", "0", cast.partner.pk)
    assert FeedbackLetter().addressed(subject) == ()
    assert not FeedbackLetter().still_relevant(subject)
    with pytest.raises(LookupError):
        FeedbackLetter().render(subject, Recipient.__new__(Recipient))
