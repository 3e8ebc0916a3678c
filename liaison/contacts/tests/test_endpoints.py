"""Endpoints of contacts: who may add them, which addresses are refused, secrets, and what happens when people go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from standardwebhooks import Webhook

from liaison.accounts import actions as accounts
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions
from liaison.contacts.actions.endpoints import NewSecret
from liaison.contacts.codes import EndpointCode
from liaison.contacts.queries import people_of_field
from liaison.contacts.testing import address_row, complete_record, put_in_state, user_row
from liaison.contacts.vocabulary import Verification
from liaison.lib.clock import utc_now
from liaison.lib.http.testing import HttpServer
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.endpoints import unsealed, usable_endpoint
from liaison.notifications.facts import Channel, Way, Withheld
from liaison.notifications.models import Endpoint

URL = "http://127.0.0.1:9/hook"
ALIAS = "emergency@bistro.test"
CHANNELS = "/u/0/contact-information/channels/"


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.1",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)


@pytest.fixture
def made(owner: Identity, now: datetime) -> NewSecret:
    """An endpoint of the emergency alias, in an account whose record is complete."""
    complete_record(owner, now)
    return add(owner, now)


def add(actor: Identity, now: datetime, **more: Any) -> NewSecret:
    given: dict[str, Any] = {"person": ALIAS, "name": "Pager", "url": URL} | more
    return actions.add_endpoint(actor=actor, account=actor.account, now=now, **given)


def problems(actor: Identity, now: datetime, **more: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        add(actor, now, **more)
    return {(one.field, one.code) for one in refusal.value.problems}


def ways(account: Account, field: ContactField = ContactField.EMERGENCY) -> list[tuple[Way, ...]]:
    return [person.endpoints for person in people_of_field(account, field)]


def test_a_contact_is_told_at_its_endpoint_too(made: NewSecret, account: Account) -> None:
    (person,) = people_of_field(account, ContactField.EMERGENCY)
    assert person.ways == (Way(Channel.EMAIL, ALIAS), Way(Channel.WEBHOOK, made.endpoint.public_id))


def test_the_secret_is_sealed_and_stands_in_no_history(made: NewSecret, now: datetime) -> None:
    endpoint = Endpoint.objects.get()
    assert made.secret.startswith("whsec_")
    assert made.secret not in endpoint.secret
    assert unsealed(endpoint.secret) == made.secret
    Webhook(made.secret)  # the published library takes it
    event = Event.objects.get(kind="endpoint.added")
    assert (event.facts, event.changes) == ({"channel": "webhook", "host": "127.0.0.1"}, {})


def test_a_user_of_the_alert_contacts_is_named_by_id(owner: Identity, account: Account, now: datetime) -> None:
    complete_record(owner, now)
    made = add(owner, now, person=owner.public_id)
    assert ways(account, ContactField.ALERT) == [(Way(Channel.WEBHOOK, made.endpoint.public_id),)]
    assert ways(account) == [()]


def test_it_lists_everything_that_is_wrong_at_once(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    assert problems(owner, now, person="nobody@bistro.test", name=" \n", url="x") == {
        ("person", EndpointCode.UNKNOWN_PERSON),
        ("name", EndpointCode.NAME_UNUSABLE),
        ("url", EndpointCode.SCHEME_NOT_ALLOWED),
    }


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", EndpointCode.SCHEME_NOT_ALLOWED),
        ("ftp://hooks.bistro.test/", EndpointCode.SCHEME_NOT_ALLOWED),
        ("https://a:b@hooks.bistro.test/", EndpointCode.USER_INFO_NOT_ALLOWED),
        ("https://0x7f.1/", EndpointCode.HOST_UNUSABLE),
        ("https://10.0.0.1/", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("https://169.254.169.254/latest/meta-data", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("https://[::ffff:127.0.0.1]/", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("http://93.184.215.14/", EndpointCode.NEEDS_HTTPS),
        ("https://hooks.bistro.invalid/", EndpointCode.HOST_UNKNOWN),
        ("https://hooks bistro.test/", EndpointCode.URL_UNUSABLE),
    ],
)
def test_it_says_why_an_address_is_not_called(owner: Identity, now: datetime, url: str, code: EndpointCode) -> None:
    complete_record(owner, now)
    assert problems(owner, now, url=url) == {("url", code)}


def test_unusual_ports_are_refused(owner: Identity, now: datetime, settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_PORTS = ("443",)
    complete_record(owner, now)
    assert problems(owner, now) == {("url", EndpointCode.PORT_NOT_ALLOWED)}


def test_editors_may_and_readers_and_others_may_not(
    made: NewSecret, colleague: Identity, reader: Identity, outsider: Identity, now: datetime
) -> None:
    """W1: the same right as editing the contact information; nobody else learns whether an address exists."""
    account = colleague.account
    assert add(colleague, now).endpoint.account_id == account.pk
    agent = make_identity(make_operator(), PredefinedRole.OPERATOR_ADMINISTRATOR, "Ada Agent")
    for actor, refusal in ((reader, Forbidden), (outsider, Missing), (agent, Forbidden)):
        with pytest.raises(refusal):
            actions.add_endpoint(actor=actor, account=account, person=ALIAS, name="x", url="https://x.test/", now=now)
        for verb in (actions.disable_endpoint, actions.rotate_endpoint_secret, actions.remove_endpoint):
            with pytest.raises(refusal):
                verb(actor=actor, endpoint=made.endpoint, now=now)
        with pytest.raises(refusal):
            actions.rename_endpoint(actor=actor, endpoint=made.endpoint, name="x", now=now)
    assert Event.objects.filter(kind__startswith="endpoint.").count() == 2


def test_a_person_has_five_endpoints_at_most(made: NewSecret, owner: Identity, now: datetime) -> None:
    for _ in range(4):
        add(owner, now)
    with pytest.raises(Conflict) as refusal:
        add(owner, now)
    assert refusal.value.code is EndpointCode.TOO_MANY


def test_for_a_day_both_secrets_sign(made: NewSecret, owner: Identity, now: datetime) -> None:
    fresh = actions.rotate_endpoint_secret(actor=owner, endpoint=made.endpoint, now=now)
    public_id = made.endpoint.public_id
    during = usable_endpoint(public_id, now + timedelta(hours=24) - timedelta(seconds=1))
    after = usable_endpoint(public_id, now + timedelta(hours=24))
    assert during is not None
    assert after is not None
    assert during.secrets == (fresh.secret, made.secret)
    assert after.secrets == (fresh.secret,)


def test_a_disabled_endpoint_is_nobodys_way(made: NewSecret, owner: Identity, account: Account, now: datetime) -> None:
    actions.disable_endpoint(actor=owner, endpoint=made.endpoint, now=now)
    assert ways(account) == [()]
    with pytest.raises(Conflict):
        actions.disable_endpoint(actor=owner, endpoint=made.endpoint, now=now)
    Endpoint.objects.update(failing_since=now)
    enabled = actions.enable_endpoint(actor=owner, endpoint=made.endpoint, now=now)
    assert (enabled.disabled_because, enabled.failing_since) == ("", None)
    assert len(ways(account)[0]) == 1
    with pytest.raises(Conflict):
        actions.enable_endpoint(actor=owner, endpoint=made.endpoint, now=now)


def test_renaming_keeps_both_names_in_history(made: NewSecret, owner: Identity, now: datetime) -> None:
    actions.rename_endpoint(actor=owner, endpoint=made.endpoint, name=" Night shift ", now=now)
    assert Event.objects.get(kind="endpoint.renamed").changes == {"name": ["Pager", "Night shift"]}
    with pytest.raises(Invalid):
        actions.rename_endpoint(actor=owner, endpoint=made.endpoint, name="x" * 101, now=now)


def test_a_removed_endpoint_loses_its_secrets_and_keeps_its_name(
    made: NewSecret, owner: Identity, account: Account, now: datetime
) -> None:
    actions.rotate_endpoint_secret(actor=owner, endpoint=made.endpoint, now=now)
    actions.remove_endpoint(actor=owner, endpoint=made.endpoint, now=now)
    endpoint = Endpoint.objects.get()
    assert (endpoint.name, endpoint.secret, endpoint.previous_secret) == ("Pager", "", "")
    assert ways(account) == [()]
    with pytest.raises(Missing):
        actions.remove_endpoint(actor=owner, endpoint=made.endpoint, now=now)


def test_the_endpoints_of_somebody_who_leaves_go_too(owner: Identity, colleague: Identity, now: datetime) -> None:
    """W13: the rights end with the person."""
    complete_record(owner, now, technical_emergency_contacts=[user_row(colleague), address_row(ALIAS)])
    add(owner, now, person=colleague.public_id)
    add(owner, now)
    accounts.suspend_identity(actor=owner, identity=colleague, now=now)
    assert list(Endpoint.objects.filter(removed_at=None).values_list("owner_key", flat=True)) == [f"address:{ALIAS}"]
    assert Event.objects.get(kind="endpoint.removed").actor_id == str(owner.pk)


def test_whose_mail_comes_back_is_still_told_at_the_endpoint(made: NewSecret, account: Account) -> None:
    put_in_state(ALIAS, Verification.UNREACHABLE)
    (person,) = people_of_field(account, ContactField.EMERGENCY)
    assert person.blocked is None
    assert person.ways == (Way(Channel.WEBHOOK, made.endpoint.public_id),)
    put_in_state(ALIAS, Verification.DECLINED)
    (person,) = people_of_field(account, ContactField.EMERGENCY)
    assert person.blocked is Withheld.DECLINED


def test_endpoints_cost_one_query_however_many_there_are(
    made: NewSecret, owner: Identity, account: Account, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add(owner, now)
    with django_assert_num_queries(2):
        people_of_field(account, ContactField.EMERGENCY)


def test_the_page_adds_an_endpoint_and_shows_its_secret_once(owner: Identity, client: Client, now: datetime) -> None:
    complete_record(owner, now)
    portal = sign_in(client, owner)
    choice = portal.get(f"{CHANNELS}new/?person={ALIAS}").content.decode()
    assert f'href="{CHANNELS}new/?channel=webhook&amp;person=emergency%40bistro.test"' in choice
    form = portal.get(f"{CHANNELS}new/?channel=webhook&person={ALIAS}").content.decode()
    assert f'<option value="{ALIAS}" selected>' in form
    with HttpServer() as server:
        shown = portal.post(f"{CHANNELS}new/", {"person": ALIAS, "name": "Pager", "url": server.url})
        assert server.connections == 0
    secret = unsealed(Endpoint.objects.get().secret)
    assert secret in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    page = portal.get(CHANNELS).content.decode()
    assert secret not in page
    assert server.url in page
    assert "Active" in page


def test_the_page_says_beside_the_field_what_is_wrong(owner: Identity, client: Client, now: datetime) -> None:
    complete_record(owner, now)
    answer = sign_in(client, owner).post(
        f"{CHANNELS}new/", {"person": ALIAS, "name": "Pager", "url": "https://192.168.0.1/"}
    )
    assert answer.status_code == 422
    assert "private or reserved network" in answer.content.decode()


def test_readers_and_staff_see_the_server_and_not_the_whole_address(
    made: NewSecret, reader: Identity, account: Account, client: Client
) -> None:
    agent = make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent")
    for person, address in ((reader, CHANNELS), (agent, f"/u/0/accounts/{account.slug}/contact-information/channels/")):
        page = sign_in(client, person).get(address).content.decode()
        assert "127.0.0.1" in page
        assert "/hook" not in page
        assert f"/endpoints/{made.endpoint.public_id}/" not in page


def test_each_question_does_what_it_asks(made: NewSecret, owner: Identity, client: Client) -> None:
    portal, place = sign_in(client, owner), f"/u/0/endpoints/{made.endpoint.public_id}/"
    for what in ("disable", "enable", "remove", "secret", "name"):
        assert portal.get(f"{place}{what}/").status_code == 200
    assert portal.post(f"{place}name/", {"name": "Night"}).status_code == 302
    assert "whsec_" in portal.post(f"{place}secret/").content.decode()
    portal.post(f"{place}disable/")
    assert Endpoint.objects.get().disabled_because == "by_hand"
    assert "Somebody of the account disabled it." in portal.get(CHANNELS).content.decode()
    portal.post(f"{place}enable/")
    assert Endpoint.objects.get().disabled_at is None
    portal.post(f"{place}remove/")
    assert Endpoint.objects.get().removed_at is not None
    assert portal.get(f"{place}remove/").status_code == 404


def test_endpoints_of_people_who_are_no_contacts_any_more_can_be_removed(
    made: NewSecret, owner: Identity, client: Client, now: datetime
) -> None:
    complete_record(owner, now, technical_emergency_contacts=[address_row("new@bistro.test")])
    page = sign_in(client, owner).get(CHANNELS).content.decode()
    assert "No contact any more" in page
    assert f"/endpoints/{made.endpoint.public_id}/remove/" in page


def test_the_home_page_says_that_an_endpoint_takes_nothing(
    made: NewSecret, owner: Identity, reader: Identity, client: Client
) -> None:
    """For those who can mend it, and not for a receiver that is just being restarted."""
    now, title = utc_now(), "Messages do not reach your endpoints"
    for trouble, is_shown in (
        ({}, False),
        ({"failing_since": now - timedelta(minutes=30)}, False),
        ({"failing_since": now - timedelta(hours=2)}, True),
        ({"disabled_at": now, "disabled_because": "gone"}, True),
        ({"disabled_at": now, "disabled_because": "by_hand"}, False),
    ):
        Endpoint.objects.update(**{"failing_since": None, "disabled_at": None, "disabled_because": ""} | trouble)
        assert (title in sign_in(client, owner).get("/u/0/").content.decode()) is is_shown
        assert title not in sign_in(client, reader).get("/u/0/").content.decode()
