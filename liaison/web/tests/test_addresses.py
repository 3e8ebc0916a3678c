"""Where a form may send its reader back to."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from liaison.web.addresses import safe_return


@pytest.mark.parametrize(
    "wanted",
    [
        "http://testserver//evil.test/x",
        "http://testserver/\\evil.test",
        "//evil.test/",
        "https:evil.test",
        "\\\\evil.test",
    ],
)
def test_the_way_back_never_leads_to_another_host(wanted: str) -> None:
    address = safe_return(RequestFactory().get("/"), wanted)
    assert address.startswith("/")
    assert address[1:2] not in {"/", "\\"}


def test_the_way_back_keeps_the_page_and_its_query() -> None:
    assert safe_return(RequestFactory().get("/"), "/u/0/users/?page=2") == "/u/0/users/?page=2"
    assert safe_return(RequestFactory().get("/"), "http://testserver/help?q=a") == "/help?q=a"
