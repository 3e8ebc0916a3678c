"""A delegate files for a customer: for whom, what the customer lets it do, and nothing typed is lost (D2, D3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, Cast, make_identity, sign_in
from liaison.cases.models import Case
from liaison.cases.testing import make_case
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import AccessRequest
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.filing.models import Draft
from liaison.filing.tests.house import HTMX, Form
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
NEW = "/u/0/cases/new"


@pytest.fixture
def customer() -> Account:
    customer = make_customer()
    customer.language, customer.time_zone = "it", "Asia/Seoul"
    customer.save()
    return customer


@pytest.fixture
def rita(customer: Account) -> Identity:
    """Works for the reseller that manages the customer; nothing is granted yet."""
    rita = make_delegate()
    _manage(customer, rita)
    return rita


@pytest.fixture
def form(rita: Identity) -> Form:
    return Form(sign_in(Client(headers={"accept-language": "en"}), rita), None)


def _manage(customer: Account, by: Identity) -> None:
    actions.set_manager(actor=TESTS, customer=customer, domain=by.domain, why="", now=utc_now())


def _grant(customer: Account, to: Account, level: GrantLevel = GrantLevel.MANAGE) -> None:
    ugo = signed_in(person_of(customer))
    actions.grant_access(actor=ugo, customer=customer, account=to, level=level, why="", now=utc_now())


def _revoke(customer: Account, of: Account) -> None:
    ugo = signed_in(person_of(customer))
    actions.revoke_access(actor=ugo, customer=customer, account=of, why="", now=utc_now())


def _words(answer: Any) -> str:
    return str(answer.content.decode())


def _begin(form: Form, **parameters: str) -> Any:
    answer = form.open("subject", customer="trattoria", **parameters)
    assert answer.status_code == 200
    return answer


def _subject(form: Form, **fields: Any) -> Any:
    """Send the first step as the browser does whose address names the customer."""
    sent = {"press": "next", "version": form.version, "page": form.showing, **form.subject(**fields)}
    return form.client.post(form.address("subject", customer="trattoria"), sent)


def test_it_asks_for_whom_and_finds_customers_while_one_types(customer: Account, rita: Identity, form: Form) -> None:
    """D2: one's own account or one of the customers; the page works by its button as well."""
    other = make_customer("osteria")
    _manage(other, rita)
    make_customer("unseen")
    page = _words(form.client.get(NEW, {"product": "other"}))
    assert f'href="{NEW}?account=resold&amp;product=other"' in page
    assert f'href="{NEW}?customer=trattoria&amp;product=other"' in page
    assert "Osteria" in page
    assert "Unseen" not in page
    found = _words(form.client.get(NEW, {"q": "tratto"}, headers=HTMX))
    assert "Trattoria" in found
    assert "Osteria" not in found
    assert "<html" not in found
    assert "None of your customers" in _words(form.client.get(NEW, {"q": "unseen"}))


def test_customers_that_were_filed_for_lately_come_first(customer: Account, rita: Identity, form: Form) -> None:
    for slug in ("aaa", "zzz"):
        _manage(make_customer(slug), rita)
    assert "Filed for lately" not in _words(form.client.get(NEW))
    _grant(customer, rita.account)
    make_case(rita, account=customer)
    lately, everybody = _words(form.client.get(NEW)).split("Filed for lately")[1].split("All customers")
    assert "Trattoria" in lately
    assert "Aaa" not in lately
    assert everybody.index("Aaa") < everybody.index("Trattoria") < everybody.index("Zzz")
    assert "File and manage" in lately


def test_choosing_takes_as_many_queries_for_many_customers(customer: Account, rita: Identity, form: Form) -> None:
    form.client.get(NEW)
    with CaptureQueriesContext(connection) as few:
        form.client.get(NEW)
    for number in range(6):
        _manage(make_customer(f"customer-{number}", people=False), rita)
    with CaptureQueriesContext(connection) as many:
        form.client.get(NEW)
    assert len(many) == len(few)


def test_a_case_is_filed_for_a_customer(customer: Account, rita: Identity, form: Form) -> None:
    """D2: address and contact are read only, language and zone are the customer's; the case is in its list at once."""
    _grant(customer, rita.account)
    page = _words(_begin(form))
    assert "You file this case for Trattoria" in page
    assert "Via Roma 1" in page
    assert "contact@trattoria.test" in page
    assert 'name="address"' not in page
    assert "/customers/trattoria/correction" in page
    assert _subject(form).status_code == 302
    assert (form.draft.account, form.draft.data["language"]) == (customer, "it")
    form.open("description")
    file = SimpleUploadedFile("trace.log", b"timeout\n", "text/plain")
    typed: dict[str, Any] = {"description": "Some are never confirmed.", "files_shown": "1", "files_sent": file}
    assert form.press("next", "description", **typed).status_code == 302
    severity = _words(form.open("severity"))
    assert '<option value="Asia/Seoul" selected>' in severity
    assert '<option value="it" lang="it" selected>' in severity
    typed = {"impacts": ["many_affected"], "language": "it", "time_zone": "Asia/Seoul"}
    assert form.press("next", "severity", **typed).status_code == 302
    form.open("review")
    answer = form.press("submit", "review")
    case = Case.objects.get()
    assert answer["Location"] == f"/u/0/cases/{case.number}/filed"
    assert (case.account, case.filed_by, case.language, case.time_zone) == (customer, rita, "it", "Asia/Seoul")
    assert case.attachments.get().file.name == "trace.log"
    assert "What happens next" in _words(form.client.get(answer["Location"]))
    assert not Draft.objects.exists()
    seen = sign_in(Client(headers={"accept-language": "en"}), person_of(customer))
    assert seen.get(f"/u/0/cases/{case.number}").status_code == 200


@pytest.mark.parametrize("level", [None, GrantLevel.VIEW])
def test_without_the_grant_product_and_category_cannot_be_filled_in(
    customer: Account, rita: Identity, form: Form, level: GrantLevel | None
) -> None:
    """D3: the page says why and how the customer grants it; everything else may be typed and is kept."""
    if level:
        _grant(customer, rita.account, level)
    page = _words(_begin(form, product="other", title="Bookings"))
    assert ("has not granted filing" if level else "has not granted access") in page
    assert "Who can see our cases" in page
    assert 'name="about" disabled' in page
    assert 'name="category"' not in page
    assert 'name="category_shown"' not in page
    assert "Via Roma 1" in page
    answer = _subject(form, criterion="integration_down")
    assert answer.status_code == 422
    kept = form.draft.data
    assert (kept["title"], kept["about"], kept["category"], kept["criterion"]) == ("Bookings stay open", "", "", "")
    form.open("review")
    answer = form.press("submit", "review")
    assert answer.status_code == 422
    assert ("has not granted filing" if level else "has not granted access") in _words(answer).split('id="barrier"')[0]
    assert not Case.objects.exists()


def test_the_customer_is_asked_from_the_form_and_what_was_typed_stays(
    customer: Account, rita: Identity, form: Form
) -> None:
    """D3: a mail with a link goes to the customer, once."""
    _begin(form)
    address = form.address("subject", customer="trattoria")
    for _ in range(2):
        sent = {"press": "ask", "version": form.version, "page": form.showing, "title": "Bookings"}
        answer = form.client.post(address, sent, follow=True)
        assert answer.status_code == 200
    assert AccessRequest.objects.get().account == rita.account
    assert form.draft.data["title"] == "Bookings"
    page = _words(form.open("subject"))
    assert "has not answered yet" in page
    assert 'value="ask"' not in page


def test_a_grant_that_ends_while_the_case_is_written_loses_nothing_that_was_typed(
    customer: Account, rita: Identity, form: Form
) -> None:
    _grant(customer, rita.account)
    _begin(form)
    assert _subject(form).status_code == 302
    _revoke(customer, rita.account)
    form.open("description")
    typed: dict[str, Any] = {"description": "Typed after the grant had ended.", "files_shown": "1"}
    assert form.press("next", "description", **typed).status_code == 302
    form.open("review")
    answer = form.press("submit", "review")
    assert answer.status_code == 422
    assert "Typed after the grant had ended." in _words(answer)
    assert "has not granted" in _words(answer)
    assert form.draft.data["about"] == "product:other"
    # What was chosen before cannot be changed, and comes to life again with the grant.
    form.open("subject")
    form.press("save", "subject", about="", category="", category_shown="1")
    assert form.draft.data["category"] == "question"
    assert not Case.objects.exists()


def test_a_customer_that_is_lost_leaves_the_words_and_nothing_of_itself(
    customer: Account, rita: Identity, form: Form
) -> None:
    """D5, invariant 6: name, address and contact of a customer that somebody else manages now are gone."""
    _grant(customer, rita.account)
    _begin(form)
    _subject(form, title="My own words")
    _manage(customer, make_delegate("elsewhere"))
    for page in (_words(form.open("subject")), _words(form.client.get(NEW)), _words(form.open("review"))):
        assert "My own words" in page
        for secret in ("Trattoria", "Via Roma", "Carla", "trattoria.test"):
            assert secret not in page
    assert "not one of your customers any more" in _words(form.press("submit", "review"))
    form.open("subject")
    assert form.press("save", "subject", title="More of my own").status_code == 302
    assert form.draft.data["title"] == "More of my own"
    assert form.client.post(form.address() + "/discard").status_code == 302


def test_a_customer_that_is_not_seen_is_as_one_that_is_not_there(customer: Account, rita: Identity) -> None:
    """D1, invariant 6: for another reseller, on the way in, in the form, and where a draft is saved."""
    client = sign_in(Client(headers={"accept-language": "en"}), make_delegate("elsewhere"))
    form = Form(client, None)
    counts = []
    for slug in ("nobody", "trattoria", "nobody"):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{NEW}?customer={slug}")
        counts.append(len(asked))
    assert counts[1] == counts[2]  # the first reads what is kept from then on
    for slug in ("trattoria", "nobody", "trattoria%00"):
        assert client.get(f"{NEW}?customer={slug}").status_code == 404
        assert form.open("subject", customer=slug).status_code == 404
        assert client.post(form.address("subject", customer=slug), {"press": "save", "title": "X"}).status_code == 404
    assert not Draft.objects.exists()


def test_the_role_decides_for_whom_one_files(customer: Account, rita: Identity) -> None:
    """D12, W1: a reseller's editor files for its own account alone, its administrator for customers alone."""
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Emma Editor", language="en")
    client = sign_in(Client(), editor)
    assert client.get(NEW)["Location"].startswith(f"{NEW}/")
    assert client.get(f"{NEW}?customer=trattoria").status_code == 404
    resells = make_identity(rita.account, PredefinedRole.RESELLER_ADMINISTRATOR, "Rosa Resells", language="en")
    client = sign_in(Client(), resells)
    page = _words(client.get(NEW))
    assert "For your own account" not in page
    assert f'href="{NEW}"' in _words(client.get("/u/0/cases"))
    assert "Trattoria" in page
    partner = make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    reader = make_identity(partner.account, PredefinedRole.READER, "Remo Reader", language="en")
    actions.begin_support(actor=person_of(customer), customer=customer, partner=partner.account, why="", now=utc_now())
    assert sign_in(Client(), reader).get(f"{NEW}?customer=trattoria").status_code == 403


@pytest.mark.parametrize(
    "hostile", ["\x00", "\u2028\u202e\U0001f600", "<script>alert(1)</script>", "x" * 200_000, "%(name)s {{ 7*7 }}"]
)
def test_a_hostile_search_stays_text(customer: Account, form: Form, hostile: str) -> None:
    for headers in (None, HTMX):
        answer = form.client.get(NEW, {"q": hostile, "title": hostile}, headers=headers)
        assert answer.status_code in {200, 400, 414}
        assert "<script>alert(1)" not in _words(answer)
    assert form.client.get(NEW, {"customer": "x" + hostile}).status_code == 404


def test_a_follow_up_is_for_the_customer_of_the_case_before(customer: Account, rita: Identity, form: Form) -> None:
    """D8: after the time to reopen, the page of a case offers a new one that refers to it."""
    _grant(customer, rita.account)
    case = make_case(rita, account=customer, title="The first")
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=utc_now(), close_reason="solved")
    page = _words(form.client.get(f"{NEW}?follows={case.number}", follow=True))
    assert "You file this case for Trattoria" in page
    assert "The first" in page


def test_cases_of_the_customer_that_sound_alike_are_shown_as_far_as_they_are_seen(
    customer: Account, rita: Identity, form: Form
) -> None:
    """D5: a case that was filed before this reseller came is no hint, and none of another customer is."""
    ugo = person_of(customer)
    _manage(customer, make_delegate("before"))
    earlier = make_case(ugo, title="Bookings stay open")
    _manage(customer, rita)
    _grant(customer, rita.account)
    later = make_case(ugo, title="Bookings stay open for hours")
    page = _words(_begin(form, title="Bookings stay open"))
    assert f"/cases/{later.number}" in page
    assert earlier.number not in page


def test_agents_file_for_customers_and_see_the_sales_record(customer: Account, cast: Cast) -> None:
    client = sign_in(Client(headers={"accept-language": "en"}), cast.agent)
    assert "account=trattoria" in _words(client.get(f"{NEW}?q=tratt"))
    page = _words(client.get(f"{NEW}?account=trattoria", follow=True))
    assert "You file this case for Trattoria" in page
    assert "Via Roma 1" in page


def test_a_double_press_files_once(customer: Account, rita: Identity, form: Form) -> None:
    _grant(customer, rita.account)
    _begin(form)
    _subject(form)
    form.open("description")
    form.press("next", "description", description="Some are never confirmed.", files_shown="1")
    form.open("severity")
    form.press("next", "severity", impacts=["many_affected"], language="it", time_zone="Asia/Seoul")
    form.open("review")
    assert len({form.press("submit", "review")["Location"] for _ in range(2)}) == 1
    assert Case.objects.count() == 1
