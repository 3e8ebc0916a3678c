"""The page "Who can see our cases", what it leads to, and the pages behind signed links, as browsers see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import TESTS, make_identity, make_operator, make_partner, sign_in
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.contactlinks import token_of
from liaison.delegation.models import Bond, ContactLink, Grant, SalesRecord
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
PAGE = "/u/0/account/access"
HOSTILE = ("\x00", "a\u2028b", "<b>x</b>", "\u202eevil", "x" * 1_000_000, "🎉" * 2000)


@pytest.fixture
def rita() -> Identity:
    return make_delegate()


@pytest.fixture
def customer(rita: Identity) -> Account:
    made = make_customer()
    actions.set_manager(actor=TESTS, customer=made, domain=rita.domain, why="Sold", now=utc_now())
    return made


@pytest.fixture
def ugo(customer: Account) -> Identity:
    return person_of(customer)


def grant(by: Identity, to: Account, level: GrantLevel = GrantLevel.VIEW) -> None:
    actions.grant_access(actor=signed_in(by), customer=by.account, account=to, level=level, why="", now=utc_now())


def text_of(client: Client, path: str = PAGE, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_the_page_says_who_manages_what_is_granted_and_since_when(client: Client, ugo: Identity) -> None:
    """D4."""
    sign_in(client, ugo)
    text = text_of(client)
    assert "Resold" in text
    assert "resold.portal" in text
    assert "No access" in text
    assert "No support partner" in text
    grant(ugo, Account.objects.get(slug="resold"), GrantLevel.MANAGE)
    text = text_of(client)
    assert "File and manage cases" in text
    assert "those of your support partners" in text
    assert text.count("<time") >= 2


def test_it_asks_the_same_number_of_queries_for_one_partner_and_for_ten(
    client: Client, ugo: Identity, customer: Account
) -> None:
    sign_in(client, ugo)
    text_of(client)
    for number in range(2):
        _partner(ugo, f"first{number}")
    with CaptureQueriesContext(connection) as few:
        text_of(client)
    for number in range(5):
        _partner(ugo, f"second{number}")
    with CaptureQueriesContext(connection) as many:
        text_of(client)
    assert len(few) == len(many) <= _MOST


_MOST = 8
"""The session, three for the relations, and what rooms above show beside them."""


def _partner(ugo: Identity, slug: str) -> Account:
    partner = make_delegate(slug, AccountKind.SUPPORT_PARTNER).account
    actions.begin_support(actor=ugo, customer=ugo.account, partner=partner, why="", now=utc_now())
    return partner


def test_an_administrator_grants_narrows_and_revokes(client: Client, ugo: Identity) -> None:
    """W5; a form that is sent twice changes nothing more."""
    sign_in(client, ugo)
    path = f"{PAGE}/accounts/resold/grant"
    for _ in range(2):
        assert client.post(path, {"level": "manage", "why": "We trust them"}).status_code == 302
    assert Grant.objects.get().given_why == "We trust them"
    client.post(path, {"level": "view", "why": ""})
    assert [one.level for one in Grant.objects.order_by("pk")] == ["manage", "view"]
    assert "What follows" in text_of(client, f"{PAGE}/accounts/resold/revoke")
    assert Grant.objects.filter(ended_at=None).exists()
    assert client.post(f"{PAGE}/accounts/resold/revoke", {"why": ""}).status_code == 302
    assert not Grant.objects.filter(ended_at=None).exists()
    assert client.post(f"{PAGE}/accounts/resold/revoke", {"why": ""}).status_code == 422


def test_a_reader_sees_and_revokes_and_cannot_grant(client: Client, ugo: Identity, customer: Account) -> None:
    """W5: the button is there, disabled, with the reason and with who can."""
    sign_in(client, make_identity(customer, PredefinedRole.READER, "Rosa Reader", language="en"))
    text = text_of(client)
    assert re.search(r"<button[^>]* disabled title=\"Only an administrator", text)
    assert "Ugo User" in text
    path = f"{PAGE}/accounts/resold/grant"
    assert client.post(path, {"level": "view"}).status_code == 403
    grant(ugo, Account.objects.get(slug="resold"), GrantLevel.MANAGE)
    assert client.post(path, {"level": "manage"}).status_code == 422
    assert client.post(path, {"level": "view"}).status_code == 302
    assert client.post(f"{PAGE}/accounts/resold/revoke").status_code == 302
    assert client.get(f"{PAGE}/partners").status_code == 403
    assert not Grant.objects.filter(ended_at=None).exists()


def test_only_users_of_a_customer_have_the_page(client: Client, rita: Identity) -> None:
    owner = make_identity(make_partner(), PredefinedRole.ADMINISTRATOR, "Olga Owner")
    staff = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent")
    for person in (rita, owner, staff):
        sign_in(client, person)
        assert client.get(PAGE).status_code == 404
        assert client.get("/u/0/").status_code in (200, 302)


def test_accounts_that_are_not_bound_are_as_if_they_were_not_there(client: Client, ugo: Identity) -> None:
    make_delegate("stranger")
    sign_in(client, ugo)
    for slug in ("stranger", "nobody", "trattoria"):
        for what in (
            f"accounts/{slug}/grant",
            f"accounts/{slug}/revoke",
            f"partners/{slug}/end",
            f"partners/{slug}/begin",
        ):
            assert client.get(f"{PAGE}/{what.format(slug)}").status_code == 404
            assert client.post(f"{PAGE}/{what.format(slug)}", {"level": "view"}).status_code == 404


def test_a_request_waits_on_the_page_until_it_is_answered(client: Client, rita: Identity, ugo: Identity) -> None:
    """D3."""
    asked = actions.ask_access(actor=rita, customer=ugo.account, now=utc_now())
    sign_in(client, ugo)
    assert "Resold asks for access" in text_of(client)
    offered = text_of(client, f"{PAGE}/accounts/resold/grant")
    assert re.search(r'<input[^>]*value="manage"[^>]* checked', offered)
    path = f"{PAGE}/requests/{asked.public_id}/decline"
    assert "asks for" in text_of(client, path)
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 422
    assert "Resold asks for access" not in text_of(client)
    sign_in(client, person_of(make_customer("other")))
    assert client.post(path).status_code == 404


def test_a_partner_is_found_by_name_or_proven_domain_and_chosen(client: Client, ugo: Identity) -> None:
    """D11."""
    helper = make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    helper.account.domains.create(name="hilfe.test", verified_at=utc_now())
    helper.account.domains.create(name="unproven.test")
    sign_in(client, ugo)
    for question, found in {"help": 1, "HILFE": 1, "unproven": 0, "resold": 0, "h": 0, "%": 0, "\x00": 0}.items():
        assert text_of(client, f"{PAGE}/partners?q={question}").count("partners/helpers/begin") == found
    path = f"{PAGE}/partners/helpers/begin"
    assert "What follows" in text_of(client, path)
    assert not Bond.objects.filter(tie="supports").exists()
    assert client.post(path, {"why": ""}).status_code == 302
    assert client.post(path, {"why": ""}).status_code == 422
    assert "Your support partner" in text_of(client, f"{PAGE}/partners?q=help")
    assert client.post(f"{PAGE}/partners/helpers/end", {"why": ""}).status_code == 302
    assert not Bond.objects.filter(tie="supports", ended_at=None).exists()


def test_an_administrator_of_the_partner_ends_the_relationship_too(client: Client, ugo: Identity) -> None:
    """D11."""
    partner = _partner(ugo, "helpers")
    path = "/u/0/customers/trattoria/end-support"
    sign_in(client, make_identity(partner, PredefinedRole.EDITOR, "Ed Editor"))
    assert client.post(path, {"why": ""}).status_code == 403
    sign_in(client, make_delegate("stranger", AccountKind.SUPPORT_PARTNER))
    assert client.post(path, {"why": ""}).status_code == 404
    sign_in(client, person_of(partner))
    assert "end-support" in text_of(client, "/u/0/customers/trattoria")
    assert "What follows" in text_of(client, path)
    assert client.post(path, {"why": "Too much"}).status_code == 302
    assert Bond.objects.get(tie="supports").ended_why == "Too much"
    assert client.get(path).status_code == 404


def test_the_history_is_a_table_and_a_picture_that_says_the_same(client: Client, ugo: Identity) -> None:
    sign_in(client, ugo)
    account = Account.objects.get(slug="resold")
    grant(ugo, account)
    actions.revoke_access(
        actor=signed_in(ugo), customer=ugo.account, account=account, why="<i>Enough</i>", now=utc_now()
    )
    text = text_of(client, f"{PAGE}/history")
    assert escape("<i>Enough</i>") in text
    assert "<i>Enough" not in text
    assert text.count("<rect") == 2
    assert re.search(r'role="img" aria-label="Resold: Manager of record: [^"]*View cases: ', text)
    sign_in(client, person_of(make_customer("new")))
    assert "Nothing yet" in text_of(client, f"{PAGE}/history")


@pytest.mark.parametrize("bad", HOSTILE, ids=("nul", "line", "html", "direction", "long", "emoji"))
def test_what_is_typed_never_breaks_a_page(client: Client, ugo: Identity, bad: str) -> None:
    sign_in(client, ugo)
    first = client.post(f"{PAGE}/accounts/resold/grant", {"level": "view", "why": bad})
    assert first.status_code in (302, 422)
    assert client.post(f"{PAGE}/accounts/resold/grant", {"level": bad, "why": "x"}).status_code == 422
    assert client.get(f"{PAGE}/partners", {"q": bad[:1000]}).status_code == 200
    assert "<b>x</b>" not in text_of(client, f"{PAGE}/history")


def test_who_was_signed_out_meanwhile_gets_back_what_was_typed(client: Client, ugo: Identity) -> None:
    response = client.post(f"{PAGE}/accounts/resold/grant", {"level": "view", "why": "Typed with care"})
    assert "Typed with care" in response.content.decode()
    assert not Grant.objects.exists()


def test_looking_at_a_link_decides_nothing_and_the_button_decides_once(client: Client, rita: Identity) -> None:
    """W11: mail scanners open links."""
    customer = make_customer("senza", people=False)
    actions.set_manager(actor=TESTS, customer=customer, domain=rita.domain, why="", now=utc_now())
    actions.ask_access(actor=rita, customer=customer, now=utc_now())
    path = f"/contact-links/access/{token_of(ContactLink.objects.get())}/"
    for _ in range(3):
        response = client.get(path)
        assert "Senza" in response.content.decode()
        assert "You can narrow or revoke this at any time with a new link." in response.content.decode()
        assert 'href="mailto:support@operator.test"' in response.content.decode()
        assert response["Referrer-Policy"] == "no-referrer"
    assert not Grant.objects.exists()
    assert client.post(path, {"level": "everything"}).status_code == 422
    for bad in HOSTILE:
        assert client.post(path, {"level": "view", "why": bad}).status_code in (200, 410, 422)
    Grant.objects.all().delete()
    ContactLink.objects.update(used_at=None)
    done = client.post(path, {"level": "view", "why": "Fine"})
    assert "View cases" in done.content.decode()
    assert Grant.objects.get().given_by_address == "contact@senza.test"
    assert client.post(path, {"level": "manage"}).status_code == 410
    assert client.get(path).status_code == 410
    assert client.get("/contact-links/access/forged/").status_code == 410
    assert client.get(path.replace("/access/", "/address/")).status_code == 410


def test_the_former_contact_confirms_the_new_address(client: Client) -> None:
    customer = make_customer("senza", people=False)
    record = SalesRecord.objects.filter(customer=customer)
    record.update(contact_address="nina@new.test", link_address="")
    link = ContactLink.objects.create(
        customer=customer, purpose="new_address", address="contact@senza.test", sent_at=utc_now(),
        expires_at=utc_now() + timedelta(days=7),
    )  # fmt: skip
    path = f"/contact-links/address/{token_of(link)}/"
    assert "nina@new.test" in client.get(path).content.decode()
    assert record.get().link_address == ""
    assert client.post(path).status_code == 200
    assert record.get().link_address == "nina@new.test"
    assert client.post(path).status_code == 410
