"""The staff's desk: who sees which accounts, what is shown of them, and what it costs (W2, invariant 6)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts.actions import invite_user, suspend_identity
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_cast, make_identity, make_partner, sign_in
from liaison.cases.lists.testing import keep_case
from liaison.contacts.testing import complete_record
from liaison.health.actions import receive_alerts
from liaison.health.alertmanager import ParsedAlert
from liaison.integrations.actions import launch_integration
from liaison.integrations.models import EnvironmentName
from liaison.integrations.testing import make_integration, make_key, make_launched
from liaison.lib.clock import utc_now

PATHS = ("desk", "desk/accounts/new", "accounts/bistro", "accounts/bistro/history")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def opened(identity: Identity, path: str, **data: str) -> Any:
    return sign_in(Client(), identity).get(f"/u/0/{path}", data)


def words_of(identity: Identity, path: str, **data: str) -> str:
    response = opened(identity, path, **data)
    assert response.status_code == 200
    return str(response.content.decode())


def report_a_problem(account: Account, name: EnvironmentName = EnvironmentName.PRODUCTION) -> None:
    integration = account.integrations.first()
    assert integration is not None
    now = utc_now()
    alert = ParsedAlert(
        is_firing=True,
        fingerprint=f"{name}-{now.isoformat()}",
        title="CheckAvailability answers HTTP 500",
        severity_word="critical",
        labels={},
        annotations={},
        starts_at=now,
        ends_at=None,
    )
    receive_alerts(key=make_key(integration, name).key, alerts=[alert], now=now)


@pytest.mark.parametrize("path", PATHS)
def test_the_desk_is_missing_for_everybody_who_is_not_staff(cast: Cast, path: str) -> None:
    """Invariant 6: also for one's own account."""
    for identity in (cast.owner, cast.reader, cast.outsider):
        assert opened(identity, path).status_code == 404
    assert opened(cast.owner, path).content.count(b"There is nothing here") == opened(
        cast.owner, "accounts/nowhere"
    ).content.count(b"There is nothing here")


@pytest.mark.parametrize("path", PATHS)
def test_signed_out_the_desk_leads_to_sign_in(client: Client, cast: Cast, path: str) -> None:
    answer = client.get(f"/u/0/{path}")
    assert answer.status_code == 302
    assert "/signin/" in answer["Location"]


def test_agents_see_every_account_and_a_partner_manager_the_assigned_ones(cast: Cast) -> None:
    """W2."""
    everything, assigned = words_of(cast.agent, "desk"), words_of(cast.manager, "desk")
    for slug in ("bistro", "elsewhere"):
        assert f'/u/0/accounts/{slug}"' in everything
    assert '/u/0/accounts/bistro"' in assigned
    assert '/u/0/accounts/elsewhere"' not in assigned
    assert opened(cast.manager, "accounts/elsewhere").status_code == 404
    assert opened(cast.manager, "accounts/bistro").status_code == 200


def test_accounts_are_found_by_part_of_their_name_and_by_kind(cast: Cast) -> None:
    make_partner("seoul", name="서울 식당")
    found = words_of(cast.agent, "desk", q="식당")
    assert "/accounts/seoul" in found
    assert "/accounts/bistro" not in found
    assert "/accounts/operator" in words_of(cast.agent, "desk", kind="operator")
    assert "Nothing matches" in words_of(cast.agent, "desk", q="%\x00_<b>")


def test_each_account_shows_completeness_integrations_and_open_problems(cast: Cast) -> None:
    make_launched(cast.partner)
    assert "Never completed" in words_of(cast.agent, "desk", q="bistro")
    complete_record(cast.owner)
    report_a_problem(cast.partner)
    report_a_problem(cast.partner, EnvironmentName.SANDBOX)
    page = words_of(cast.agent, "desk", q="bistro")
    assert "Complete" in page
    assert "Reservations End-to-End" in page
    assert 'pill pill-bad">1<' in page.replace("\n", "")  # the sandbox does not count


def test_the_list_costs_the_same_for_many_accounts_as_for_two(cast: Cast) -> None:
    def cost() -> int:
        client = sign_in(Client(), cast.agent)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/u/0/desk").status_code == 200
        return len(queries)

    make_launched(cast.partner)
    few = cost()
    for number in range(15):
        make_integration(make_partner(f"partner-{number}"))
    assert cost() == few
    assert few <= 12


def test_the_account_page_leads_staff_who_see_cases_to_those_of_the_account(cast: Cast) -> None:
    """W7: the number is that of what the reader sees."""
    for state in ("new", "closed"):
        keep_case(cast.partner, state=state)
    keep_case(cast.elsewhere)
    page = words_of(cast.agent, "accounts/bistro")
    assert "1 open case<" in page
    assert 'href="/u/0/cases?account=bistro"' in page
    assert "0 open cases<" in words_of(cast.engineer, "accounts/bistro")
    assert "open case" not in words_of(cast.administrator, "accounts/bistro")


def test_the_account_page_costs_the_same_with_more_of_everything(cast: Cast) -> None:
    def cost() -> int:
        client = sign_in(Client(), cast.administrator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/u/0/accounts/bistro").status_code == 200
        return len(queries)

    make_launched(cast.partner)
    complete_record(cast.owner)
    report_a_problem(cast.partner)
    before = cost()
    for number in range(4):
        make_identity(cast.partner, name=f"Person{number} More")
    make_launched(cast.partner, "things_to_do")
    report_a_problem(cast.partner)
    assert cost() == before


def test_on_call_engineers_see_the_account_and_not_its_contacts(cast: Cast) -> None:
    """W2: nor do they learn addresses from what was sent."""
    make_launched(cast.partner)
    complete_record(cast.owner)
    report_a_problem(cast.partner)
    seen, hidden = words_of(cast.agent, "accounts/bistro"), words_of(cast.engineer, "accounts/bistro")
    assert "/accounts/bistro/contact-information" in seen
    assert "emergency@bistro.test" in seen
    assert "/accounts/bistro/contact-information" not in hidden
    assert "who-would-be-told" not in hidden.split("<main")[1]
    assert "@bistro.test" not in hidden.split("<main")[1]


def test_the_page_shows_the_proof_of_what_was_sent_and_no_text_of_account_mail(cast: Cast) -> None:
    """R3: recipients with state and reason; confidential mail shows neither subject nor body."""
    invite_user(actor=cast.owner, account=cast.partner, address="new@bistro.test", now=utc_now())
    page = words_of(cast.agent, "accounts/bistro")
    assert "Account mail" in page
    assert "new@bistro.test" in page
    assert "Pending" in page
    assert "/invitations/" not in page.split("<main")[1].replace("/users/invitations", "")


def test_the_link_asks_who_would_be_told_of_a_critical_problem_now(cast: Cast) -> None:
    make_launched(cast.partner)
    complete_record(cast.owner)
    page = words_of(cast.agent, "accounts/bistro")
    found = re.search(r'href="(/u/0/who-would-be-told[^"]+)"', page.split("<main")[1])
    assert found is not None
    asked = parse_qs(urlsplit(unescape(found[1])).query)
    assert asked["zone"] == ["Europe/Rome"]
    answer = words_of(
        cast.agent,
        unescape(found[1]).split("?")[0].removeprefix("/u/0/"),
        **{key: value[0] for key, value in asked.items()},
    )
    assert "emergency@bistro.test" in answer


def test_history_is_for_those_who_may_read_it_and_says_who_did_what(cast: Cast) -> None:
    """W2: administrators only; everybody else who sees the account is refused, not misled."""
    integration = make_integration(cast.partner)
    complete_record(cast.owner)
    launch_integration(actor=cast.administrator, integration=integration, now=utc_now())
    suspend_identity(actor=cast.owner, identity=cast.reader, now=utc_now())
    report_a_problem(cast.partner)
    for identity in (cast.agent, cast.engineer, cast.manager):
        assert opened(identity, "accounts/bistro/history").status_code == 403
    page = words_of(cast.administrator, "accounts/bistro/history")
    for sentence in (
        "Launched an integration",
        "Suspended a user",
        "Completed the contact information",
        "Stage: Integrating → Launched",
        "Reported a problem",
        "Intake key: Tests",
        "The portal itself",
        "Partner manager: — → Mira Manager",
        cast.administrator.name,
        cast.reader.name,
    ):
        assert sentence in page


def test_history_costs_the_same_however_long_it_is(cast: Cast) -> None:
    def cost() -> int:
        client = sign_in(Client(), cast.administrator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/u/0/accounts/bistro/history").status_code == 200
        return len(queries)

    before = cost()
    for number in range(10):
        make_identity(cast.partner, name=f"Person{number} More")
    assert cost() == before


def test_an_administrator_assigns_a_partner_manager_and_nobody_else_does(cast: Cast) -> None:
    other = make_identity(cast.operator, PredefinedRole.PARTNER_MANAGER, "Nils Manager")
    path = "/u/0/accounts/bistro/partner-manager"
    for identity in (cast.agent, cast.manager, cast.engineer):
        assert sign_in(Client(), identity).post(path, {"manager": other.public_id}).status_code == 403
    assert sign_in(Client(), cast.owner).post(path, {"manager": other.public_id}).status_code == 404
    client = sign_in(Client(), cast.administrator)
    client.post(path, {"manager": other.public_id})
    assert Account.objects.get(slug="bistro").partner_manager == other
    refused = client.post(path, {"manager": cast.agent.public_id}, follow=True)
    assert "Only an active partner manager" in refused.content.decode()
    client.post(path, {"manager": ""})
    assert Account.objects.get(slug="bistro").partner_manager is None


NEW = {
    "kind": "partner",
    "name": "Trattoria Nuova",
    "slug": "trattoria",
    "language": "it",
    "time_zone": "Europe/Rome",
    "address": "prima@trattoria.test",
}


def test_an_administrator_opens_an_account_with_its_first_invitation(cast: Cast) -> None:
    answer = sign_in(Client(), cast.administrator).post("/u/0/desk/accounts/new", NEW)
    assert answer["Location"] == "/u/0/accounts/trattoria"
    made = Account.objects.get(slug="trattoria")
    assert [(one.address, one.role) for one in made.invitations.all()] == [("prima@trattoria.test", "administrator")]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "bistro"}, "Another account has this short name already."),
        ({"slug": "Trattoria Nuova"}, "Use small Latin letters"),
        ({"address": "a@evil.test@partner.test"}, "Enter one e-mail address only"),
        ({"address": "a@b.test\nBcc: x@y.test"}, "e-mail address"),
        ({"kind": "operator"}, "Select a valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_stores_nothing(cast: Cast, wrong: dict[str, str], sentence: str) -> None:
    before = Account.objects.count()
    answer = sign_in(Client(), cast.administrator).post("/u/0/desk/accounts/new", NEW | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "prima@trattoria.test" in page or "address" in wrong
    assert Account.objects.count() == before


def test_nobody_else_opens_accounts(cast: Cast) -> None:
    for identity in (cast.agent, cast.manager, cast.engineer):
        client = sign_in(Client(), identity)
        assert client.get("/u/0/desk/accounts/new").status_code == 403
        assert client.post("/u/0/desk/accounts/new", NEW).status_code == 403
    assert not Account.objects.filter(slug="trattoria").exists()


def test_only_staff_have_the_desk_in_their_navigation(cast: Cast) -> None:
    assert 'href="/u/0/desk"' in words_of(cast.agent, "help")
    assert 'href="/u/0/desk"' not in words_of(cast.owner, "help")
