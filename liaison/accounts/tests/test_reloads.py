from __future__ import annotations

from django.test import Client

from liaison.accounts.testing import Cast, sign_in


def test_an_address_that_only_takes_a_form_answers_with_a_page(cast: Cast) -> None:
    """A reload, or the history of a browser, leads there."""
    response = sign_in(Client(), cast.owner).get("/u/0/users/invite/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "</html>" in response.content.decode()
