"""The form of a case: what is typed is kept, every step has its address, and what is missing is said in place."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.testing import Cast, sign_in
from liaison.cases.models import Case
from liaison.filing.actions import save_draft
from liaison.filing.models import Draft
from liaison.filing.sheet import Sheet
from liaison.filing.tests.house import Form
from liaison.filing.vocabulary import FilingCode, Step
from liaison.integrations.models import Integration
from liaison.integrations.testing import make_integration
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict

# Nothing that a browser can send may break a page, or come back as anything but text.
HOSTILE = "<script>alert(1)</script>\x00\u2028\u202eevil\U0001f600 {{ 7*7 }} %(name)s"


def test_it_goes_from_step_to_step_and_files_the_case(form: Form, cast: Cast) -> None:
    """S2, D2: product or integration, title, category, description, severity, language and zone, review, submit."""
    form.fill()
    answer = form.press("submit", "review")
    case = Case.objects.get()
    assert answer["Location"] == f"/u/0/cases/{case.number}/filed"
    assert (case.account, case.integration, case.filed_by) == (cast.partner, form.integration, cast.colleague)
    assert (case.product, case.category, case.severity) == ("reservations_end_to_end", "question", 2)
    assert (case.title, case.language, case.time_zone) == ("Bookings stay open", "it", "Europe/Rome")
    assert case.updates.get().text == "Since Monday some are never confirmed."
    assert not Draft.objects.exists()
    page = form.client.get(answer["Location"]).content.decode()
    assert "What happens next" in page
    assert f"product={form.integration.public_id}" not in page
    assert f"integration={form.integration.public_id}" in page  # another one about the same


def test_looking_at_the_form_keeps_nothing(form: Form) -> None:
    assert form.open().status_code == 200
    assert form.press("autosave", "subject", htmx=True, title="").status_code == 200
    assert not Draft.objects.exists()


def test_the_start_leads_to_a_draft_of_its_own(form: Form) -> None:
    first, second = (form.client.get("/u/0/cases/new")["Location"] for _ in range(2))
    assert first != second
    assert form.client.get(first).status_code == 200


def test_what_is_typed_is_kept_while_typing(form: Form) -> None:
    form.open("subject")
    answer = form.press("autosave", "subject", htmx=True, **form.subject(title="Bookings st"))
    assert "Draft saved" in answer.content.decode()
    assert form.draft.data["title"] == "Bookings st"
    assert "<html" not in answer.content.decode()
    form.press("autosave", "subject", htmx=True, **form.subject(title="Bookings stay open"))
    assert form.draft.version == 2
    assert b"Bookings stay open" in form.open("subject").content
    assert b"Bookings stay open" in form.client.get("/u/0/cases/new").content


def test_what_saves_itself_after_the_case_was_filed_brings_no_draft_back(form: Form, cast: Cast) -> None:
    """S2: a slow network may deliver it last, also where it set out before anything was kept."""
    form.fill()
    form.press("submit", "review")
    sheet, late = Sheet(title="Bookings st"), {"step": Step.SUBJECT, "by_itself": True, "now": utc_now()}
    for version in (0, 3):
        with pytest.raises(Conflict) as refusal:
            save_draft(
                actor=cast.colleague,
                public_id=form.public_id,
                account=cast.partner,
                sheet=sheet,
                version=version,
                saved_from="a",
                **late,  # type: ignore[arg-type]  # what is the same for both
            )
        assert refusal.value.code == FilingCode.DRAFT_IS_GONE
    answer = form.press("autosave", "subject", htmx=True, **form.subject(title="Bookings st"))
    assert answer.status_code in {200, 302, 409}
    assert not Draft.objects.exists()


def test_saving_the_same_again_is_no_new_version(form: Form) -> None:
    form.open("subject")
    for _ in range(3):
        form.press("autosave", "subject", htmx=True, **form.subject())
    assert form.draft.version == 1


def test_a_step_that_lacks_something_says_what_and_keeps_what_was_typed(form: Form) -> None:
    form.open("subject")
    answer = form.press("next", "subject", about="", title="Only a title", category_shown="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#field-about"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="Only a title"' in page
    assert form.draft.data["title"] == "Only a title"


def test_going_back_loses_nothing_even_when_the_step_is_not_complete(form: Form) -> None:
    form.open("subject")
    form.press("next", "subject", **form.subject())
    form.open("description")
    answer = form.press("back", "description", description="Half a sent", files_shown="1")
    assert answer["Location"].endswith("step=subject")
    assert b"Half a sent" in form.open("description").content
    assert form.press("goto:severity", "description", description="Half a sentence")["Location"].endswith("severity")


def test_the_review_lists_what_is_missing_and_submit_refuses(form: Form) -> None:
    form.open("subject")
    form.press("goto:review", "subject", **form.subject())
    assert b"Still missing" in form.open("review").content
    answer = form.press("submit", "review")
    assert answer.status_code == 422
    assert "step=description#field-description" in answer.content.decode()
    assert not Case.objects.exists()


def test_the_questions_of_the_category_are_asked_anew_when_an_answer_changes(form: Form) -> None:
    """D2: questions can depend on answers; what is not asked any more is not filed."""
    form.open("subject")
    form.press("next", "subject", **form.subject(category="technical_support"))
    page = form.open("description").content.decode()
    assert 'name="answers.can_repeat"' in page
    assert 'name="answers.steps"' not in page
    typed: dict[str, Any] = {"answers.can_repeat": "yes", "question": ["can_repeat"]}
    part = form.press("refresh", "description", htmx=True, part="questions", **typed).content.decode()
    assert 'name="answers.steps"' in part
    assert "<html" not in part
    typed = {"answers.can_repeat": "no", "answers.steps": "kept", "question": ["can_repeat", "steps"]}
    part = form.press("refresh", "description", htmx=True, part="questions", **typed).content.decode()
    assert 'name="answers.steps"' not in part
    assert form.draft.data["answers"]["steps"] == "kept"


def test_a_category_is_found_by_a_synonym_in_the_readers_language(form: Form) -> None:
    form.open("subject")
    part = form.press("refresh", "subject", htmx=True, part="category", wanted="timeout", **form.subject(category=""))
    assert 'value="calls_fail"' in part.content.decode()
    none = form.press("refresh", "subject", htmx=True, part="category", wanted="zzzz", **form.subject(category=""))
    assert "No category has these words" in none.content.decode()


def test_the_worst_statement_that_is_ticked_decides_the_severity(form: Form) -> None:
    form.open("severity")
    fields = {"impacts": ["many_affected", "production_stopped"], "language": "en", "time_zone": "UTC"}
    part = form.press("refresh", "severity", htmx=True, part="severity", **fields).content.decode()
    assert "Severity: Critical" in part


def test_the_same_form_sent_twice_is_one_case(form: Form) -> None:
    form.fill()
    showing, version = form.showing, form.version
    first = form.press("submit", "review")
    form.showing, form.version = showing, version
    second = form.press("submit", "review")
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    assert form.open("review")["Location"] == first["Location"]


def test_a_tab_with_an_older_version_is_told_and_decides(form: Form) -> None:
    form.open("subject")
    form.press("autosave", "subject", htmx=True, **form.subject(title="First"))
    here = (form.version, form.showing)
    form.open("subject")  # another tab
    form.press("save", "subject", **form.subject(title="Second"))
    form.version, form.showing = here
    late = form.press("autosave", "subject", htmx=True, **form.subject(title="Third"))
    assert late.status_code == 409
    refused = form.press("next", "subject", **form.subject(title="Third"))
    assert refused.status_code == 409
    assert b'value="Third"' in refused.content
    assert form.draft.data["title"] == "Second"
    form.press(f"keep:{form.draft.version}", "subject", **form.subject(title="Third"))
    assert form.draft.data["title"] == "Third"


def test_a_form_may_go_on_from_its_own_older_version(form: Form) -> None:
    """It saved itself while it was being sent: nobody else was faster."""
    form.open("subject")
    form.press("autosave", "subject", htmx=True, **form.subject(title="Bookings"))
    form.version = "0"
    assert form.press("next", "subject", **form.subject()).status_code == 302


def test_what_a_form_saves_by_itself_after_a_button_was_pressed_is_late(form: Form) -> None:
    """It was on its way when the button came: it must not undo what the button did, nor look like another tab."""
    form.open("subject")
    form.press("autosave", "subject", htmx=True, **form.subject(title="Half"))
    showing = form.showing
    form.press("next", "subject", **form.subject(title="Whole"))
    form.press("autosave", "subject", htmx=True, **form.subject(title="Half a"))
    assert form.draft.data["title"] == "Whole"
    form.open("description")
    assert form.showing != showing
    assert form.press("next", "description", description="Words", files_shown="1").status_code == 302


def test_a_forged_form_is_refused(form: Form, cast: Cast) -> None:
    client = sign_in(Client(enforce_csrf_checks=True, headers={"accept-language": "en"}), cast.colleague)
    assert client.post(form.address("subject"), {"press": "save", **form.subject()}).status_code == 403
    assert not Draft.objects.exists()


def test_a_discarded_draft_is_not_kept_again_by_itself(form: Form) -> None:
    form.open("subject")
    form.press("save", "subject", **form.subject())
    form.open("subject")
    assert b"Discard what was typed" in form.client.get(form.address() + "/discard").content
    assert form.client.post(form.address() + "/discard").status_code == 302
    assert form.press("autosave", "subject", htmx=True, **form.subject(title="More")).status_code == 409
    assert not Draft.objects.exists()
    form.press("keep:0", "subject", **form.subject(title="More"))
    assert form.draft.data["title"] == "More"


def test_another_case_keeps_the_product_or_integration(form: Form) -> None:
    """S2: one issue per case."""
    form.open("subject")
    address = form.press("another", "subject", **form.subject())["Location"]
    assert form.public_id not in address
    page = form.client.get(address).content.decode()
    assert f'value="integration:{form.integration.public_id}" selected' in page
    assert "Bookings stay open" not in page.replace("open cases", "")
    assert form.draft.data["title"] == "Bookings stay open"


def test_the_form_comes_back_after_signing_in_again(form: Form, cast: Cast) -> None:
    """A session that ran out while somebody was typing: the way back is the step; the browser keeps the words."""
    signed_out = Client(enforce_csrf_checks=True)
    typed = {"press": "next", "description": "typed", "kept_in_tab": "1"}
    answer = signed_out.post(form.address("description"), typed)
    assert answer["Location"].startswith("/u/0/signin/?next=%2Fu%2F0%2Fcases%2Fnew%2F")
    assert "step%3Ddescription" in answer["Location"]
    quiet = signed_out.post(form.address("description"), {"press": "autosave"}, headers={"HX-Request": "true"})
    assert quiet["HX-Redirect"] == answer["Location"]
    without_script = signed_out.post(form.address("description"), {"press": "next", "answers.steps": "one by one"})
    assert "one by one</textarea>" in without_script.content.decode()


@pytest.mark.parametrize("field", ["about", "title", "category", "criterion", "wanted", "page", "version", "press"])
def test_a_hostile_text_stays_text(form: Form, field: str) -> None:
    form.open("subject")
    fields: dict[str, Any] = {"press": "save", **form.subject(), field: HOSTILE}
    answer = form.client.post(form.address("subject"), fields, follow=True)
    assert answer.status_code in {200, 422, 409}
    assert b"<script>alert" not in answer.content
    assert b"49" not in answer.content.split(b"{{")[0][-10:]


def test_a_megabyte_of_text_comes_back_and_is_not_kept(form: Form) -> None:
    form.open("description")
    text = "가" * 350_000
    answer = form.press("next", "description", description=text, files_shown="1")
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_description_that_is_too_long_is_kept_and_refused(form: Form) -> None:
    form.open("description")
    answer = form.press("next", "description", description="x" * 20_001, files_shown="1")
    assert answer.status_code == 422
    assert b"at most 20000 characters" in answer.content
    assert len(form.draft.data["description"]) == 20_001


def test_keys_that_the_catalog_does_not_know_are_refused(form: Form) -> None:
    form.fill()
    draft = form.draft
    draft.data |= {"category": "gone", "impacts": ["gone"], "about": "product:gone", "language": "xx"}
    draft.save()
    assert form.open("subject").status_code == 200
    assert form.open("review").status_code == 200
    answer = form.press("submit", "review")
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_what_another_version_of_the_program_kept_can_be_opened(form: Form) -> None:
    form.fill()
    draft = form.draft
    draft.data = {"title": 7, "answers": [], "files": "x", "unknown": {}, "description": "kept", "suggested": None}
    draft.save()
    assert b"kept" in form.open("description").content


def test_somebody_elses_draft_is_as_unknown_as_one_that_nobody_has(form: Form, cast: Cast) -> None:
    form.open("subject")
    form.press("save", "subject", **form.subject(title="Secret words"))
    other = Form(sign_in(Client(headers={"accept-language": "en"}), cast.owner), form.integration, form.public_id)
    assert b"Secret words" not in other.open("subject").content
    assert b"Secret words" not in other.client.get("/u/0/cases/new", follow=True).content
    assert other.client.get(form.address() + "/discard").status_code == 404
    other.press("save", "subject", **form.subject(title="Mine"))
    assert set(Draft.objects.values_list("identity__name", "data__title")) == {
        ("Carlo Colleague", "Secret words"),
        ("Olivia Owner", "Mine"),
    }
    assert form.client.get("/u/0/cases/new/short").status_code == 404


def test_an_integration_of_another_account_is_none(form: Form, cast: Cast) -> None:
    theirs = make_integration(cast.elsewhere)
    assert form.client.get(f"/u/0/cases/new?integration={theirs.public_id}").status_code == 404
    assert form.open("subject", integration=theirs.public_id).status_code == 404
    form.open("subject")
    answer = form.press("next", "subject", **form.subject(about=f"integration:{theirs.public_id}"))
    assert answer.status_code == 422
    assert theirs.public_id not in answer.content.decode()


def test_a_reader_learns_who_files(cast: Cast, integration: Integration) -> None:
    """W1."""
    client = sign_in(Client(headers={"accept-language": "en"}), cast.reader)
    answer = client.get("/u/0/cases/new")
    assert answer.status_code == 403
    assert b"Carlo Colleague" in answer.content
    assert b"Rita Reader" not in answer.content.split(b"Ask one of them")[1]
    form = Form(client, integration)
    assert form.client.get(form.address()).status_code == 403
    assert form.press("save", "subject", **form.subject()).status_code == 403


def test_an_agent_files_for_an_account_and_others_of_the_staff_do_not(cast: Cast, integration: Integration) -> None:
    client = sign_in(Client(headers={"accept-language": "en"}), cast.agent)
    assert b"Bistro" in client.get("/u/0/cases/new?q=bis").content
    address = client.get("/u/0/cases/new?account=bistro")["Location"]
    assert b"You file this case for Bistro" in client.get(address).content
    form = Form(client, integration, public_id=address.split("/")[-1].split("?")[0])
    form.client.post(address, {"press": "save", "version": "0", **form.subject()})
    assert form.draft.account == cast.partner
    assert client.get("/u/0/cases/new?account=nowhere").status_code == 404
    assert client.get("/u/0/cases/new?account=operator").status_code == 404
    for person in (cast.engineer, cast.manager, cast.administrator):
        assert sign_in(Client(), person).get("/u/0/cases/new").status_code == 403


def test_one_account_cannot_file_for_another(form: Form, cast: Cast) -> None:
    assert form.client.get("/u/0/cases/new?account=elsewhere").status_code == 404
    assert form.open("subject", account="elsewhere").status_code == 404


def test_the_form_asks_the_database_a_fixed_number_of_times(
    form: Form, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    form.fill()
    with django_assert_max_num_queries(14):
        form.open("subject")
    with django_assert_max_num_queries(14):
        form.open("review")
    with django_assert_max_num_queries(20):
        form.press("autosave", "description", htmx=True, description="More", files_shown="1")
