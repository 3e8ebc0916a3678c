"""The page of a case: what is read on it, and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, make_operator, sign_in
from liaison.cases import actions
from liaison.cases.models import Case, CaseUpdate, Share
from liaison.cases.testing import make_case, make_closed, make_incident, make_premium, make_update
from liaison.cases.tests.case_pages import address, opened, text_of, words
from liaison.cases.vocabulary import CaseState, EscalationReason, LinkKind, ShareRight
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.clock import utc_now

HOSTILE = "<script>alert(1)</script> javascript:alert(1) \u202egnp.exe\u2028'\"><img src=x onerror=alert(1)>"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner)


def test_everybody_of_the_account_and_staff_see_it_and_outsiders_do_not(cast: Cast, case: Case) -> None:
    """S2: all users of the account see its cases."""
    for person in (cast.owner, cast.reader, cast.agent, cast.manager):
        assert case.title in text_of(person, case)
    nowhere = sign_in(Client(), cast.outsider).get("/u/0/cases/1234567890").status_code
    for person in (cast.outsider, cast.engineer):
        assert opened(person, case).status_code == nowhere == 404
    grouped = f"{case.number[:3]}-{case.number[3:6]}-{case.number[6:]}"
    assert sign_in(Client(), cast.owner).get(f"/u/0/cases/{grouped}").status_code == 200


def test_it_says_what_the_case_is_and_what_was_changed_in_sentences(cast: Cast, case: Case) -> None:
    make_update(cast.colleague, case, text="Now all of them.", severity=CaseSeverity.HIGH, severity_reason="It spreads")
    page = words(text_of(cast.owner, case))
    assert "Severity changed from “Medium” to “High”. Reason: It spreads" in page
    assert f"{case.number[:3]}-{case.number[3:6]}-{case.number[6:]}" in page
    assert "Severity: High" in page
    assert "Filed by Olivia Owner" in page
    assert "Account Bistro" not in page
    as_staff = text_of(cast.agent, case)
    assert "Account Bistro" in words(as_staff)
    assert f'<a href="/u/0/accounts/{cast.partner.slug}" translate="no">' in as_staff


def test_times_are_in_the_zone_of_the_reader_and_in_utc_for_everybody(cast: Cast, case: Case) -> None:
    page = text_of(cast.owner, case)
    stamp = case.created_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert f'<time datetime="{stamp}" title="{stamp}">' in page
    assert "Rome</time>" in page


def test_a_text_says_in_which_language_it_is_when_that_is_not_the_readers(cast: Cast, case: Case) -> None:
    make_update(cast.colleague, case, text="예약이 확인되지 않습니다.")
    page = text_of(cast.owner, case)
    assert re.search(r'class="entry-text"[^>]*lang="ko"', page)
    assert "Language: 한국어" in page
    assert '<span class="entry-quiet">Language: English' not in page


def test_hostile_words_are_inert_everywhere(cast: Cast) -> None:
    case = make_case(cast.owner, title=HOSTILE[:190], description=HOSTILE)
    make_update(cast.colleague, case, text=HOSTILE, severity=CaseSeverity.HIGH, severity_reason=HOSTILE)
    page = text_of(cast.agent, case)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_long_history_shows_its_beginning_and_its_end_and_the_middle_on_demand(cast: Cast, case: Case) -> None:
    for number in range(2, 64):
        make_update(cast.colleague, case, text=f"Message number {number}.")
    page = text_of(cast.owner, case)
    assert page.count('class="entry is-own"') + page.count('class="entry"') == 21
    assert "Show 40 earlier entries" in page
    assert case.title in page
    assert "Since Monday some bookings" in page
    assert "Message number 63." in page
    assert "Message number 43." not in page
    more = text_of(cast.owner, case, shown=60)
    assert "Message number 4." in more
    assert "Show 2 earlier entries" in more
    assert "earlier" not in words(text_of(cast.owner, case, shown=100))
    assert text_of(cast.owner, case, shown="9" * 30).count("Message number") == 20


def test_the_queries_do_not_grow_with_what_happened(cast: Cast, case: Case) -> None:
    def count() -> int:
        client = sign_in(Client(), cast.agent)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(case)).status_code == 200
        return len(queries)

    other = make_case(cast.owner, title="Another")
    actions.link_case(actor=cast.agent, case=case, other=other, kind=LinkKind.RELATED, now=utc_now())
    make_update(cast.owner, case, text="Once")
    actions.add_note(actor=cast.agent, case=case, text="Note", now=utc_now())
    few = count()
    for number in range(8):
        person = make_identity(cast.partner, PredefinedRole.EDITOR, f"P{number} Person", language="en")
        make_update(person, case, text=f"Number {number}", severity=CaseSeverity(number % 2 + 1), severity_reason="S")
        actions.add_note(actor=cast.agent, case=case, text=f"Note {number}", now=utc_now())
        linked = make_case(cast.owner, title=f"Linked {number}")
        actions.link_case(actor=cast.agent, case=case, other=linked, kind=LinkKind.RELATED, now=utc_now())
    assert count() == few


def test_links_are_shown_to_who_sees_the_other_end(cast: Cast, case: Case) -> None:
    """A link names another case only to those who see that one too, on the page and in the history."""
    secret = make_case(cast.owner, title="Secret other")
    actions.link_case(actor=cast.owner, case=case, other=secret, kind=LinkKind.DUPLICATE, now=utc_now())
    incident = make_incident(cast.partner, utc_now())
    actions.link_incident(actor=cast.owner, case=case, incident=incident, now=utc_now())
    Share.objects.create(
        case=case, address="o@e.test", identity=cast.outsider, right=ShareRight.VIEW, created_at=utc_now()
    )
    page = text_of(cast.owner, case)
    assert "Secret other" in page
    assert incident.public_id in page
    shared = text_of(cast.outsider, case)
    assert "Linked another case." in shared
    assert "Linked an incident." in shared
    assert "Secret other" not in shared
    assert secret.number not in shared
    assert incident.public_id not in shared


def test_internal_notes_are_on_the_page_of_staff_alone_and_count_nowhere_else(cast: Cast, case: Case) -> None:
    """W8: staff's only, with every trace of them."""
    before = {person: text_of(person, case) for person in (cast.owner, cast.reader)}
    actions.add_note(actor=cast.agent, case=case, text="Nightingale suspects the proxy.", now=utc_now())
    read_only = make_identity(make_operator(), PredefinedRole.READ_ONLY_STAFF, "Rolf Readonly", language="en")
    for person in (cast.agent, cast.manager, read_only):
        page = text_of(person, case)
        assert "Nightingale" in page
        assert "Internal note: only staff see this" in page
    for person in (cast.owner, cast.reader):
        assert masked(text_of(person, case)) == masked(before[person])
    assert 'id="note"' not in text_of(read_only, case)
    assert 'id="note"' in text_of(cast.agent, case)


def test_who_cannot_reply_reads_why_and_who_can(cast: Cast, case: Case) -> None:
    """S2: readers cannot reply."""
    page = text_of(cast.reader, case)
    assert 'id="reply"' not in page
    assert "Carlo Colleague" in words(page)
    assert "Your role lets you read cases" in page
    manager = text_of(cast.manager, case)
    assert 'id="reply"' not in manager
    assert "Support agents answer them" in manager
    Share.objects.create(
        case=case,
        address="o@e.test",
        identity=cast.outsider,
        right=ShareRight.VIEW,
        created_at=utc_now(),
        created_by=cast.colleague,
    )
    shared = text_of(cast.outsider, case)
    assert "shared with you to view" in shared
    assert "Rita Reader" not in shared


def test_what_a_comment_share_can_do_is_write_and_attach(cast: Cast, case: Case) -> None:
    """W6: comment means write and attach."""
    Share.objects.create(
        case=case, address="o@e.test", identity=cast.outsider, right=ShareRight.COMMENT, created_at=utc_now()
    )
    page = text_of(cast.outsider, case)
    assert 'id="reply"' in page
    for name in ("severity", "close", "escalate"):
        assert f'name="{name}"' not in page


def test_escalating_is_offered_with_premium_and_explained_without(cast: Cast, case: Case) -> None:
    """D7: without premium the button is there, disabled, with the reason."""
    page = text_of(cast.owner, case)
    assert "Only accounts with premium support can escalate a case." in page
    assert re.search(r"<button[^>]*disabled[^>]*>.*?Escalate", page, re.DOTALL)
    assert 'name="escalate"' not in page
    make_premium(cast.partner)
    assert 'name="escalate"' in text_of(cast.owner, case)
    make_update(cast.owner, case, escalate=EscalationReason.DEADLINE, justification="The fair is on Friday")
    page = text_of(cast.owner, case)
    assert "This case is escalated already." in page
    assert "Escalated the case: A deadline is near. The fair is on Friday" in page
    assert 'name="escalate"' not in text_of(cast.agent, case)


def test_a_closed_case_says_until_when_it_can_be_reopened_and_offers_a_follow_up_after(cast: Cast, case: Case) -> None:
    """D8: the page shows the last moment in the reader's zone; after it, a new case that refers to this one."""
    closed = make_closed(cast.owner, case, now=utc_now())
    page = text_of(cast.colleague, case)
    assert 'id="reopen"' in page
    assert 'id="reply"' not in page
    assert closed.closed_at is not None
    last = (closed.closed_at + timedelta(days=30) - timedelta(microseconds=1)).isoformat(timespec="seconds")
    assert last.replace("+00:00", "Z") in page
    assert 'id="reopen"' not in text_of(cast.reader, case)
    Case.objects.filter(pk=case.pk).update(
        closed_at=utc_now() - timedelta(days=30), updated_at=utc_now() - timedelta(days=30)
    )
    page = text_of(cast.colleague, case)
    assert 'id="reopen"' not in page
    assert f"follows={case.number}" in page
    assert 'id="reopen"' in text_of(cast.agent, case)


def test_a_follow_up_and_what_it_follows_name_each_other(cast: Cast, case: Case) -> None:
    make_closed(cast.owner, case)
    follow_up = make_case(cast.owner, title="It is back", follows=Case.objects.get(pk=case.pk))
    assert "It is back" in text_of(cast.owner, case)
    assert "Follow-up case" in text_of(cast.owner, case)
    assert case.title in text_of(cast.owner, follow_up)


def test_the_home_page_shows_open_cases_those_that_wait_for_the_account_first(cast: Cast, case: Case) -> None:
    waiting = make_case(cast.owner, title="It waits for you")
    make_update(cast.agent, waiting, text="Which version?", set_state=CaseState.ACTION_REQUIRED)
    make_update(cast.owner, case, text="Newer")
    closed = make_case(cast.owner, title="It is over")
    make_closed(cast.owner, closed)
    page = sign_in(Client(), cast.colleague).get("/u/0/").content.decode()
    assert page.index("It waits for you") < page.index(case.title)
    assert "It is over" not in page
    staff = sign_in(Client(), cast.agent).get("/u/0/").content.decode()
    assert staff.index("It waits for you") < staff.index(case.title)
    outside = sign_in(Client(), cast.outsider).get("/u/0/").content.decode()
    assert case.title not in outside


def test_a_fragment_is_the_history_alone(cast: Cast, case: Case) -> None:
    answer = sign_in(Client(), cast.owner).get(address(case), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert 'id="history"' in page
    assert 'id="reply"' not in page
    assert CaseUpdate.objects.count() == 1


def masked(page: str) -> str:
    """Return a page without what differs each time it is asked for."""
    fresh = r'(nonce="[^"]*"|name="(csrfmiddlewaretoken|showing)" value="[^"]*"|"X-CSRFToken": "[^"]*")'
    return re.sub(fresh, "", page)
