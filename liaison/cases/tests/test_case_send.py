"""Send: everything that was written and collected takes effect at once, and nothing typed is ever lost (D7)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, sign_in
from liaison.cases.models import Case, CaseUpdate, ReplyDraft, Share
from liaison.cases.testing import make_case, make_closed, make_premium, make_update
from liaison.cases.tests.case_pages import address, newest, opened, posted, sent, text_of, words
from liaison.cases.vocabulary import ShareRight
from liaison.lib.clock import utc_now

CARD = "4111 1111 1111 1111"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner)


def now_of(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_a_message_and_its_changes_are_one_update(cast: Cast, case: Case) -> None:
    make_premium(cast.partner)
    answer = sent(
        cast.colleague,
        case,
        text="Now nothing works.",
        severity="1",
        severity_reason="All are down",
        escalate="worsened",
        justification="The fair begins tomorrow.",
    )
    assert (answer.status_code, answer["Location"]) == (302, address(case, "#newest"))
    update = newest(case)
    assert (update.position, update.text, update.by) == (2, "Now nothing works.", cast.colleague)
    assert [change["kind"] for change in update.changes] == ["severity", "escalated"]
    assert now_of(case).severity == 1


def test_closing_says_why_and_may_be_taken_back_at_once(cast: Cast, case: Case) -> None:
    sent(cast.owner, case, text="Thank you", close="solved")
    assert now_of(case).is_closed
    page = text_of(cast.owner, case)
    assert "Closed the case: The answer solved it." in page
    answer = posted(cast.owner, case, "/reopen", reason="It came back")
    assert answer.status_code == 302
    assert now_of(case).state == "reopened"
    assert "Reopened the case. Reason: It came back" in text_of(cast.owner, case)


def test_reopening_is_refused_from_the_thirtieth_day_on_and_without_a_reason(cast: Cast, case: Case) -> None:
    """D8, W9."""
    make_closed(cast.owner, case)
    assert posted(cast.owner, case, "/reopen", reason=" ").status_code == 422
    Case.objects.filter(pk=case.pk).update(
        closed_at=utc_now() - timedelta(days=30), updated_at=utc_now() - timedelta(days=30)
    )
    answer = sign_in(Client(), cast.owner).post(address(case, "/reopen"), {"reason": "Late"}, follow=True)
    assert "cannot be reopened" in answer.content.decode()
    assert now_of(case).is_closed


def test_a_reason_for_reopening_holds_no_personal_data_unless_somebody_says_why(cast: Cast, case: Case) -> None:
    """D9."""
    make_closed(cast.owner, case)
    reason = f"The card {CARD} again"
    answer = posted(cast.owner, case, "/reopen", reason=reason)
    assert answer.status_code == 422
    assert "a card number" in answer.content.decode().split('id="reopen"')[1]
    removed = posted(cast.owner, case, "/reopen", reason=reason, remove=f"reason:9-{9 + len(CARD)}")
    assert "The card […] again</textarea>" in removed.content.decode()
    assert now_of(case).is_closed
    said = {"personal_kinds": "card_number", "personal_reason": "A test card"}
    assert posted(cast.owner, case, "/reopen", reason=reason, **said).status_code == 302
    assert not now_of(case).is_closed


def test_nothing_at_all_is_refused_in_place(cast: Cast, case: Case) -> None:
    answer = sent(cast.owner, case, severity=str(case.severity))
    assert answer.status_code == 422
    assert "Write something, attach a file or change something" in answer.content.decode()


def test_a_worse_severity_without_a_reason_keeps_what_was_typed(cast: Cast, case: Case) -> None:
    answer = sent(cast.owner, case, text="I typed this.", severity="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "I typed this." in page
    assert "Say why." in page
    assert '<details class="reply-part" id="part-severity" open>' in page
    assert CaseUpdate.objects.filter(case=case).count() == 1
    assert "I typed this." in text_of(cast.owner, case), "the draft brings it back"


def test_who_sends_on_something_older_sees_what_came_first(cast: Cast, case: Case) -> None:
    before = now_of(case).version
    make_update(cast.agent, case, text="We found the reason.")
    answer = sent(cast.owner, case, text="Any news?", expected_version=before, seen=1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.index('id="meanwhile"') < page.index("Any news?</textarea>")
    assert "We found the reason." in page[page.index('id="meanwhile"') :]
    assert CaseUpdate.objects.filter(case=case).count() == 2
    assert f'form="reply" name="expected_version" value="{now_of(case).version}"' in page
    assert sent(cast.owner, case, text="Any news?").status_code == 302


def test_a_note_written_meanwhile_stops_nobody_outside(cast: Cast, case: Case) -> None:
    """W8: that staff wrote a note is not to be learned from a refusal."""
    before = now_of(case).version
    posted(cast.agent, case, "/notes", text="Quiet", expected_version=before)
    assert sent(cast.owner, case, text="Any news?", expected_version=before).status_code == 302


def test_pressed_twice_it_is_sent_once(cast: Cast, case: Case) -> None:
    version = now_of(case).version
    first = sent(cast.owner, case, text="Only once.", expected_version=version, seen=1)
    second = sent(cast.owner, case, text="Only once.", expected_version=version, seen=1)
    assert first.status_code == second.status_code == 302
    assert CaseUpdate.objects.filter(case=case, text="Only once.").count() == 1
    assert sent(cast.owner, case, text="Without a version", expected_version="").status_code == 409


def test_closed_meanwhile_it_keeps_the_text_and_offers_to_reopen(cast: Cast, case: Case) -> None:
    version = now_of(case).version
    make_closed(cast.agent, case)
    answer = sent(cast.owner, case, text="One more thing.", expected_version=version)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "closed before you sent" in page
    assert "One more thing." in page
    assert 'id="reopen"' in page
    posted(cast.owner, case, "/reopen", reason="There is more")
    assert "One more thing.</textarea>" in text_of(cast.owner, case)


def test_personal_data_is_shown_in_place_with_a_way_out(cast: Cast, case: Case) -> None:
    """D9: remove it, or send it all the same, with a reason."""
    text = f"The guest paid with {CARD} yesterday."
    answer = sent(cast.owner, case, text=text)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a card number" in page
    assert CARD not in page.replace(f"{CARD} yesterday.</textarea>", "")
    start = text.index(CARD)
    remove = f"text:{start}-{start + len(CARD)}"
    assert f'value="{remove}"' in page
    removed = sent(cast.owner, case, text=text, remove=remove)
    assert removed.status_code == 200
    assert "The guest paid with […] yesterday.</textarea>" in removed.content.decode()
    assert "personal data" not in words(removed.content.decode()).split("Case history")[1].split("Write no")[0]
    assert CaseUpdate.objects.filter(case=case).count() == 1
    assert sent(cast.owner, case, text=text, personal_kinds="card_number").status_code == 422
    assert sent(cast.owner, case, text=text, personal_reason="It is a test card").status_code == 422
    said = sent(cast.owner, case, text=text, personal_kinds="card_number", personal_reason="It is a test card")
    assert said.status_code == 302
    assert "Reason: It is a test card" in text_of(cast.colleague, case)


@pytest.mark.parametrize("remove", ["", "text", "text:", "text:9-1", "text:0-999", "text:x-y", "nothing:0-1", ":"])
def test_a_place_that_is_none_removes_nothing(cast: Cast, case: Case, remove: str) -> None:
    page = sent(cast.owner, case, text="Nothing to see here.", remove=remove).content.decode()
    assert "Nothing to see here.</textarea>" in page
    assert CaseUpdate.objects.filter(case=case).count() == 1


def test_what_is_typed_is_kept_and_says_what_send_will_do(cast: Cast, case: Case) -> None:
    answer = posted(cast.owner, case, "/draft", text="Half a", severity="2", close="solved")
    page = answer.content.decode()
    assert "Severity: “Medium” becomes “High”" in page
    assert "The case is closed: The answer solved it" in page
    again = text_of(cast.owner, case)
    assert "Half a</textarea>" in again
    assert "Severity: “Medium” becomes “High”" in again
    assert now_of(case).severity == 3
    assert "Half a" not in text_of(cast.colleague, case)
    sent(cast.owner, case, discard="1", text="Half a")
    assert "Half a" not in text_of(cast.owner, case)
    assert CaseUpdate.objects.filter(case=case).count() == 1
    posted(cast.owner, case, "/draft", text="", severity=str(case.severity))
    assert not ReplyDraft.objects.exists()


@pytest.mark.parametrize(("send", "save", "who"), [("/send", "/draft", "owner"), ("/notes", "/notes/draft", "agent")])
def test_what_saves_itself_after_it_was_sent_brings_no_draft_back(
    cast: Cast, case: Case, send: str, save: str, who: str
) -> None:
    """D7: a slow network may deliver it last. What is typed on the page that comes next is kept as ever."""
    person = getattr(cast, who)
    showing = re.findall(r'name="showing" value="([^"]+)"', text_of(person, case))[-1]
    form = {"text": "Half a message", "showing": showing, "expected_version": case.version, "seen": 1}
    posted(person, case, save, **form)
    assert "Half a message</textarea>" in text_of(person, case)
    assert posted(person, case, send, **form).status_code == 302
    for text in ("Half a", "", "Half a mess"):
        assert posted(person, case, save, **(form | {"text": text})).status_code == 200
    page = text_of(person, case)
    assert "Half a</textarea>" not in page
    assert "Half a mess</textarea>" not in page
    fresh = re.findall(r'name="showing" value="([^"]+)"', page)[-1]
    posted(person, case, save, **(form | {"text": "The next", "showing": fresh}))
    assert "The next</textarea>" in text_of(person, case)


def test_the_draft_goes_when_it_was_sent(cast: Cast, case: Case) -> None:
    posted(cast.owner, case, "/draft", text="Whole")
    sent(cast.owner, case, text="Whole message")
    assert not ReplyDraft.objects.exists()


def test_readers_and_outsiders_send_nothing(cast: Cast, case: Case) -> None:
    """S2: readers cannot reply."""
    for place in ("/send", "/draft"):
        assert posted(cast.reader, case, place, text="No", expected_version=1).status_code == 403
        assert posted(cast.outsider, case, place, text="No").status_code == 404
    assert posted(cast.reader, case, "/reopen", reason="No").status_code == 403
    assert CaseUpdate.objects.count() == 1


def test_who_may_only_comment_changes_nothing_by_a_forged_form(cast: Cast, case: Case) -> None:
    Share.objects.create(
        case=case, address="o@e.test", identity=cast.outsider, right=ShareRight.COMMENT, created_at=utc_now()
    )
    sent(cast.outsider, case, text="Hello", severity="1", severity_reason="x", close="solved", set_state="in_progress")
    assert newest(case).text == "Hello"
    assert (now_of(case).severity, now_of(case).state) == (3, "new")


def test_staff_answer_and_say_what_comes_next(cast: Cast, case: Case) -> None:
    page = text_of(cast.agent, case)
    assert "Answer the account" in page
    assert 'name="escalate"' not in page
    answer = sent(cast.agent, case, text="Which version?", set_state="action_required")
    assert answer.status_code == 302
    assert now_of(case).state == "action_required"
    assert newest(case).is_by_staff
    sent(cast.owner, case, text="Version 2.")
    assert now_of(case).state == "in_progress"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\u2028b", "x" * 1_000_000, "<b>x</b>", "\u202ex", "👩\u200d👩\u200d👧", "\x00", "\ud7ff"]
)
def test_bad_input_is_refused_or_kept_as_words_and_never_lost(cast: Cast, case: Case, text: str) -> None:
    answer = sent(cast.owner, case, text=text, severity="9", close="never", files="nothing", ask_deletion="nothing")
    assert answer.status_code == 422
    assert CaseUpdate.objects.filter(case=case).count() == 1
    plain = sent(cast.owner, case, text=text)
    assert plain.status_code in {302, 422}
    assert opened(cast.owner, case).status_code == 200
    assert posted(cast.owner, case, "/draft", text=text).status_code == 200


def test_the_forms_are_posted_and_never_got(cast: Cast, case: Case) -> None:
    client = sign_in(Client(), cast.agent)
    for place in ("/send", "/reopen", "/draft", "/presence", "/notes", "/notes/draft", "/links", "/links/remove"):
        assert client.get(address(case, place)).status_code == 405, place


@pytest.mark.parametrize("path", ["send", "reopen", "notes", "links"])
def test_a_session_that_ran_out_leads_to_sign_in_and_back_to_the_page_of_the_case(cast: Cast, path: str) -> None:
    """What was typed waits in the browser; the address tells the page's script to give it back."""
    case = make_case(cast.owner)
    signed_out = Client(enforce_csrf_checks=True)
    typed = {"text": "typed", "reason": "typed", "kept_in_tab": "1"}
    answer = signed_out.post(f"/u/0/cases/{case.number}/{path}", typed)
    assert answer["Location"] == f"/u/0/signin/?next=%2Fu%2F0%2Fcases%2F{case.number}%23unsent"
    forged = sign_in(Client(enforce_csrf_checks=True), cast.owner)
    assert forged.post(f"/u/0/cases/{case.number}/{path}", {"text": "typed"}).status_code == 403
    assert case.updates.count() == 1


@pytest.mark.parametrize(("path", "field"), [("send", "text"), ("reopen", "reason"), ("notes", "text")])
def test_without_a_script_what_was_typed_is_shown_once_more_to_who_was_signed_out(
    cast: Cast, path: str, field: str
) -> None:
    """D7: nothing typed is lost; without a script it would be nowhere else."""
    case = make_case(cast.owner)
    answer = Client(enforce_csrf_checks=True).post(f"/u/0/cases/{case.number}/{path}", {field: "A long <b>answer</b>"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "A long &lt;b&gt;answer&lt;/b&gt;</textarea>" in page
    assert f"next=%2Fu%2F0%2Fcases%2F{case.number}%23unsent" in page
    assert case.updates.count() == 1


def test_what_another_site_posts_is_not_shown_as_what_somebody_typed(cast: Cast) -> None:
    """A post from elsewhere brings no cookie, so it looks like one whose session ran out, and nobody typed its text."""
    case = make_case(cast.owner)
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.test"}):
        answer = Client().post(f"/u/0/cases/{case.number}/send", {"text": "Call this number"}, headers=header)
        assert answer.status_code == 302
        assert "Call this number" not in answer.content.decode()


@pytest.mark.parametrize("showing", ["\x00", "a\x00b", "\ufdd0" * 1000])
def test_a_form_with_an_unusable_name_is_sent_and_saved_as_any_other(cast: Cast, case: Case, showing: str) -> None:
    assert posted(cast.owner, case, "/draft", text="Half", showing=showing).status_code == 200
    assert sent(cast.owner, case, text="Whole", showing=showing).status_code == 302
    assert posted(cast.agent, case, "/notes/draft", text="Half", showing=showing).status_code == 200
    form = {"text": "Whole", "showing": showing, "expected_version": Case.objects.get(pk=case.pk).version}
    assert posted(cast.agent, case, "/notes", **form).status_code == 302
    assert not any(data.get("text") for data in ReplyDraft.objects.values_list("data", flat=True))
