"""The users page where it answers an invitation, under an address that can only be posted to."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.contacts.models import ContactRecord
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
INVITE = "/u/0/users/invite/"


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    ContactRecord.objects.update_or_create(account=cast.partner, defaults={"first_completed_at": utc_now()})
    return cast


def test_a_refused_invitation_leads_back_to_the_users_page_and_so_do_language_and_theme(cast: Cast) -> None:
    answer = sign_in(Client(), cast.owner).post(INVITE, {"address": "a@@b"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'name="next" value="/u/0/users/"' in answer.text
    assert f'name="next" value="{INVITE}"' not in answer.text


@pytest.mark.parametrize("place", ["/u/0/users/", "/u/0/contact-information/required/?tab=users"])
def test_after_an_invitation_in_place_the_buttons_lead_back_to_where_the_panel_stands(cast: Cast, place: str) -> None:
    form = {"address": "new@bistro.test", "role": "editor", "language": "", "next": place}
    answer = sign_in(Client(), cast.owner).post(INVITE, form, headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.OK
    assert "Take back" in answer.text
    assert f'name="next" value="{place}"' in answer.text
    assert f'name="next" value="{INVITE}"' not in answer.text
