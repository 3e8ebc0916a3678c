"""One's own settings, mailbox, tokens and sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts import access, actions
from liaison.accounts.bearers import find_bearer
from liaison.accounts.links import proof_token
from liaison.accounts.models import ApiToken, Identity, MailboxChange
from liaison.accounts.rights import Privilege
from liaison.accounts.testing import Cast, sign_in
from liaison.accounts.tests.mails import mails
from liaison.accounts.vocabulary import TokenScope
from liaison.audit.models import Event
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing


def test_settings_change_the_language_of_the_next_page(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    form = {"name": "Carlo", "language": "ko", "time_zone": "Asia/Seoul", "wants_sandbox_mail": "on"}
    assert client.post("/u/0/settings/", form)["Location"] == "/u/0/settings/"
    assert client.get("/u/0/settings/")["Content-Language"] == "ko"
    identity = Identity.objects.get(pk=cast.colleague.pk)
    assert (identity.name, identity.time_zone, identity.wants_sandbox_mail) == ("Carlo", "Asia/Seoul", True)
    changed = Event.objects.get(kind="identity.changed")
    assert changed.changes["language"] == ["", "ko"]
    assert "Carlo" not in str(changed.changes) + str(changed.facts), "names live in one erasable row"


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "a\u2028b"), ("language", "de"), ("time_zone", "Mars/Base")]
)
def test_bad_settings_are_refused_and_what_was_typed_stays(cast: Cast, client: Client, field: str, value: str) -> None:
    sign_in(client, cast.colleague)
    form = {"name": "Typed Name", "language": "", "time_zone": "", field: value}
    response = client.post("/u/0/settings/", form)
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Identity.objects.get(pk=cast.colleague.pk).name == "Carlo Colleague"


def test_the_language_switch_is_kept_on_the_identity(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    client.post("/u/0/preferences/language", {"language": "pl", "next": "/u/0/settings/"})
    assert Identity.objects.get(pk=cast.colleague.pk).language == "pl"


def test_a_new_mailbox_counts_when_its_link_was_opened_and_both_addresses_are_told(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    client.post("/u/0/settings/mailbox/", {"address": "carlo@home.test"})
    assert Identity.objects.get(pk=cast.colleague.pk).mailbox == "carlo@bistro.test"
    [mail] = mails("mailbox_verification")
    assert mail.to == "carlo@home.test"
    found = re.search(r"http://127\.0\.0\.1:8000(/go/mailbox/\S+)", mail.text)
    assert found is not None
    reader = Client()
    address = reader.get(found[1])["Location"]
    assert reader.get(address).status_code == HTTPStatus.OK
    assert Identity.objects.get(pk=cast.colleague.pk).mailbox == "carlo@bistro.test", "looking changes nothing"
    assert reader.post(address).status_code == HTTPStatus.OK
    identity = Identity.objects.get(pk=cast.colleague.pk)
    assert identity.mailbox == "carlo@home.test"
    assert identity.mailbox_verified_at is not None
    assert {mail.to for mail in mails("mailbox_changed")} == {"carlo@home.test", "carlo@bistro.test"}
    assert reader.post(address).status_code == HTTPStatus.GONE
    assert reader.get("/u/0/settings/").status_code == HTTPStatus.FOUND, "nobody is signed in by it"


def test_a_second_change_makes_the_first_link_worthless(cast: Cast) -> None:
    now = utc_now()
    first = proof_token(actions.change_mailbox(actor=cast.colleague, address="a@home.test", now=now))
    second = proof_token(actions.change_mailbox(actor=cast.colleague, address="b@home.test", now=now))
    with pytest.raises(Conflict):
        actions.confirm_mailbox(token=first, now=now)
    with pytest.raises(Conflict):
        actions.confirm_mailbox(token=second, now=now + timedelta(days=3))
    assert actions.confirm_mailbox(token=second, now=now).mailbox == "b@home.test"


def test_a_mailbox_is_not_changed_into_itself_or_into_nonsense(cast: Cast) -> None:
    with pytest.raises(Conflict, match="same_mailbox"):
        actions.change_mailbox(actor=cast.colleague, address="CARLO@bistro.test", now=utc_now())
    with pytest.raises(Invalid):
        actions.change_mailbox(actor=cast.colleague, address="a@b@c.test", now=utc_now())
    assert not MailboxChange.objects.exists()


# API tokens.


def _token(cast: Cast, scopes: tuple[TokenScope, ...] = (TokenScope.READ,), days: int = 30) -> tuple[ApiToken, str]:
    now = utc_now()
    return actions.create_api_token(
        actor=cast.colleague, name="CI", scopes=scopes, expires_at=now + timedelta(days=days), now=now
    )


def test_a_token_brings_its_identity_and_its_privileges_in_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    token, secret = _token(cast, (TokenScope.WRITE, TokenScope.READ))
    now = utc_now()
    find_bearer(secret, now)
    with django_assert_num_queries(1):
        bearer = find_bearer(secret, now)
        assert bearer is not None
        assert bearer.identity.may(Privilege.EDIT_CONTACTS)
        assert bearer.identity.account == cast.partner
    assert bearer.scopes == {TokenScope.READ, TokenScope.WRITE}
    assert ApiToken.objects.get(pk=token.pk).last_used_at == now


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    token, secret = _token(cast)
    assert secret.startswith("liaison_")
    assert secret not in str(ApiToken.objects.values().get(pk=token.pk))
    assert secret not in str(list(Event.objects.values("facts")))
    assert len(mails("token_created")) == 1


def test_a_token_ends_by_itself_by_revoking_and_with_its_identity(cast: Cast) -> None:
    now = utc_now()
    token, secret = _token(cast, days=1)
    assert find_bearer(secret, now) is not None
    assert find_bearer(secret, now + timedelta(days=1, minutes=1)) is None
    actions.revoke_api_token(actor=cast.owner, token=token, now=now)
    assert find_bearer(secret, now) is None
    for made_up in ("", "liaison_", "liaison_x", secret.upper(), secret[8:]):
        assert find_bearer(made_up, now) is None


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_token_lives_at_most_a_year(cast: Cast, days: int) -> None:
    with pytest.raises(Invalid):
        _token(cast, days=days)


def test_a_token_needs_a_scope(cast: Cast) -> None:
    with pytest.raises(Invalid):
        _token(cast, ())


def test_tokens_of_others_are_missing_but_for_who_manages_them(cast: Cast) -> None:
    token, _secret = _token(cast)
    assert access.token_for(cast.owner, token.public_id) == token
    for stranger in (cast.outsider, cast.reader, cast.agent):
        with pytest.raises(Missing):
            access.token_for(stranger, token.public_id)
    with pytest.raises(Forbidden):
        actions.revoke_api_token(actor=cast.outsider, token=token, now=utc_now())


def test_the_page_shows_a_new_token_once(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    form = {"name": "CI", "scopes": ["read", "write"], "days": "90"}
    page = client.post("/u/0/settings/tokens/", form)
    found = re.search(r"liaison_[\w-]{40,}", page.content.decode())
    assert found is not None
    assert "no-store" in page["Cache-Control"]
    assert find_bearer(found[0], utc_now()) is not None
    assert found[0] not in client.get("/u/0/settings/tokens/").content.decode()
    client.post(f"/u/0/settings/tokens/{ApiToken.objects.get().public_id}/revoke/")
    assert find_bearer(found[0], utc_now()) is None


def test_a_token_form_without_scopes_says_what_is_missing(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    refused = client.post("/u/0/settings/tokens/", {"name": "kept", "days": "90"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="kept"' in refused.content.decode()
    assert not ApiToken.objects.exists()


# Sessions.


def test_signing_out_everywhere_ends_every_browser(cast: Cast, client: Client) -> None:
    phone = sign_in(Client(), cast.colleague)
    sign_in(client, cast.colleague)
    sign_in(client, cast.owner, slot=1)
    assert client.post("/u/0/settings/sessions/end/")["Location"] == "/u/0/signin/"
    assert client.get("/u/0/settings/").status_code == HTTPStatus.FOUND
    assert phone.get("/u/0/settings/").status_code == HTTPStatus.FOUND
    assert client.get("/u/1/settings/").status_code == HTTPStatus.OK
