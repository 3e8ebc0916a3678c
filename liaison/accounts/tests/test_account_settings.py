from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.models import Account
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened

pytestmark = pytest.mark.django_db

PAGE = "/u/0/account/settings/"
WANTED = {"name": "Bistro Nuovo", "language": "pl", "time_zone": "Europe/Warsaw"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_an_administrator_changes_name_language_and_zone_of_the_account(cast: Cast) -> None:
    response = sign_in(Client(), cast.owner).post(PAGE, WANTED)
    assert response.status_code == 302
    account = Account.objects.get(pk=cast.partner.pk)
    assert (account.name, account.language, account.time_zone) == ("Bistro Nuovo", "pl", "Europe/Warsaw")
    assert Event.objects.get(kind=Happened.ACCOUNT_CHANGED).changes["language"] == ["en", "pl"]


def test_an_editor_may_not(cast: Cast) -> None:
    """W1: everything of the account itself is the administrator's."""
    portal = sign_in(Client(), cast.colleague)
    assert portal.get(PAGE).status_code == 403
    assert portal.post(PAGE, WANTED).status_code == 403
    assert Account.objects.get(pk=cast.partner.pk).name == cast.partner.name


def test_a_name_on_two_lines_is_refused_and_stays_in_the_form(cast: Cast) -> None:
    response = sign_in(Client(), cast.owner).post(PAGE, WANTED | {"name": "Bistro\u2028Bcc: x"})
    assert response.status_code == 422
    assert "Bcc: x" in response.content.decode()
    assert Account.objects.get(pk=cast.partner.pk).name == cast.partner.name


def test_staff_change_the_account_that_they_administer_and_nobody_else_finds_it(cast: Cast) -> None:
    page = f"/u/0/accounts/{cast.partner.slug}/settings/"
    assert sign_in(Client(), cast.administrator).post(page, WANTED).status_code == 302
    assert sign_in(Client(), cast.outsider).get(page).status_code == 404
    assert sign_in(Client(), cast.agent).get(page).status_code == 403
