from __future__ import annotations

from enum import StrEnum
from http import HTTPStatus
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy as _

from liaison.lib.refusals import Forbidden
from liaison.web import errors, wording


class SampleCode(StrEnum):
    LOCKED = "sample_locked"


@pytest.mark.parametrize("status", list(errors.WORDS))
def test_every_error_says_what_happened_and_what_to_do(portal: Client, status: HTTPStatus) -> None:
    page = errors.error_page(RequestFactory().get("/"), status)
    words = errors.WORDS[status]
    assert page.status_code == status
    assert all(str(sentence) in page.text for sentence in (words.title, words.happened, words.to_do))


def test_a_missing_page_and_a_refused_one_look_the_same(portal: Client) -> None:
    """Invariant 6: 404, equal byte for byte, after masking the request id and the asked-for path."""

    def masked(path: str) -> str:
        answer = portal.get(path)
        assert answer.status_code == 404
        return answer.text.replace(answer["X-Request-Id"], "*").replace(path, "*")

    assert masked("/missing") == masked("/never-was")


def test_a_refusal_is_told_in_the_words_of_its_room(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_words", dict(wording._words))
    wording.register({SampleCode.LOCKED: _("It is locked by %(name)s.")})
    refusal = Forbidden(SampleCode.LOCKED, name="<Kim>")
    page = errors.refused(RequestFactory().get("/"), refusal, status=HTTPStatus.FORBIDDEN)
    assert page.status_code == 403
    assert "It is locked by &lt;Kim&gt;." in page.text


def test_a_lost_database_answers_503_and_when_to_try_again(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: Any, **named: Any) -> HttpResponse:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("liaison.web.tests.samples.sample_context", fail)
    answer = portal.get("/plain")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    monkeypatch.setattr("liaison.web.language.reader_language", fail)
    assert portal.get("/plain").status_code == 503, "also when a middleware could not read the session"


def test_an_error_page_needs_neither_session_nor_identity() -> None:
    request = RequestFactory().get("/")
    assert not hasattr(request, "session")
    assert "Something went wrong on our side" in errors.server_error(request).text


def test_htmx_gets_an_alert_instead_of_a_page(portal: Client) -> None:
    answer = portal.get("/missing", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Retarget"]) == (404, "#messages")
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text


def test_a_program_that_sent_json_gets_a_problem(portal: Client) -> None:
    answer = portal.post("/missing", data="{}", content_type="application/json")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert portal.get("/missing", HTTP_ACCEPT="application/json").json()["title"] == "There is nothing here"


def test_a_form_that_was_open_too_long_says_so(portal: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/base")
    assert answer.status_code == 403
    assert "The page was open too long" in answer.text
