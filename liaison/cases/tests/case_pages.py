"""What the tests of the case page share: opening it as somebody, and posting what the page would post."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.cases.models import Case, CaseUpdate


def address(case: Case, place: str = "") -> str:
    return f"/u/0/cases/{case.number}{place}"


def opened(person: Identity, case: Case, place: str = "", **query: Any) -> Any:
    """Return the answer to somebody who opens a page of the case."""
    return sign_in(Client(), person).get(address(case, place), query)


def text_of(person: Identity, case: Case, **query: Any) -> str:
    answer = opened(person, case, **query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def posted(person: Identity, case: Case, place: str, **values: Any) -> Any:
    return sign_in(Client(), person).post(address(case, place), values)


def sent(person: Identity, case: Case, **values: Any) -> Any:
    """Return the answer to Send, with what the page knows of the case unless the values say otherwise."""
    current = Case.objects.get(pk=case.pk)
    known = {
        "expected_version": current.version,
        "seen": CaseUpdate.objects.filter(case=case).count(),
        "text": "",
        **values,
    }
    return posted(person, case, "/send", **known)


def newest(case: Case) -> CaseUpdate:
    return CaseUpdate.objects.filter(case=case).latest("position")


def words(page: str) -> str:
    """Return what stands on a page, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())
