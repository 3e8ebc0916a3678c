"""Chats, phones and other services as endpoints: what is asked, what is kept sealed, and who sees it (C2b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.audit.models import Event
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions
from liaison.contacts.actions.endpoints import NewSecret
from liaison.contacts.codes import EndpointCode
from liaison.contacts.queries import people_of_field
from liaison.contacts.testing import complete_record
from liaison.lib.http.testing import HttpServer
from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.notifications.endpoints import endpoint_names, unsealed, usable_endpoint
from liaison.notifications.facts import Channel, Way
from liaison.notifications.models import Endpoint

ALIAS = "emergency@bistro.test"
CHANNELS = "/u/0/contact-information/channels/"
SLACK = "http://127.0.0.1:9/services/T000/B000/the-secret-of-it-9f3a"
NUMBER = "+39 06 1234 5678"
GIVEN = {
    Channel.SLACK: SLACK,
    Channel.TEAMS: "http://127.0.0.1:9/workflows/the-secret-of-it-9f3a",
    Channel.GOOGLE_CHAT: "http://127.0.0.1:9/v1/spaces/x?key=the-secret-of-it-9f3a",
    Channel.SMS: NUMBER,
    Channel.VOICE: NUMBER,
    Channel.APPRISE: "ntfy://127.0.0.1:9/the-secret-of-it-9f3a",
}
SEALED = (Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT, Channel.APPRISE)
PHONES = (Channel.SMS, Channel.VOICE)


@pytest.fixture(autouse=True)
def _everything_is_offered(settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.1",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.SMS_GATEWAY_URL = settings.VOICE_GATEWAY_URL = "https://gateway.operator.test/"
    settings.APPRISE_ALLOWED = ("ntfy",)


@pytest.fixture
def agent(account: Account) -> Identity:
    return make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent", language="en")


@pytest.fixture
def complete(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)


@pytest.fixture
def lookers(owner: Identity, reader: Identity, agent: Identity) -> dict[Identity, str]:
    """Who looks at the channels of the account, and where."""
    staff = f"/u/0/accounts/{owner.account.slug}/contact-information/channels/"
    return {owner: CHANNELS, reader: CHANNELS, agent: staff}


def add(actor: Identity, channel: Channel, now: datetime, **more: Any) -> NewSecret:
    given: dict[str, Any] = {"person": ALIAS, "name": "Night shift", "url": GIVEN[channel], "channel": channel} | more
    return actions.add_endpoint(actor=actor, account=actor.account, now=now, **given)


def problems(actor: Identity, channel: Channel, now: datetime, url: str) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        add(actor, channel, now, url=url)
    return {(one.field, one.code) for one in refusal.value.problems}


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("channel", GIVEN)
def test_a_contact_is_told_on_each_channel(owner: Identity, account: Account, now: datetime, channel: Channel) -> None:
    made = add(owner, channel, now)
    (person,) = people_of_field(account, ContactField.EMERGENCY)
    assert person.endpoints == (Way(channel, made.endpoint.public_id, channel in PHONES),)
    usable = usable_endpoint(made.endpoint.public_id, now)
    assert usable is not None
    assert usable.url == (GIVEN[channel] if channel in SEALED else "tel:+390612345678")
    assert made.secret == "", "only webhooks are signed"


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("channel", SEALED)
def test_an_address_that_is_a_secret_is_sealed_and_stands_nowhere(
    lookers: dict[Identity, str], client: Client, now: datetime, channel: Channel
) -> None:
    owner, reader, agent = lookers
    made = add(owner, channel, now)
    endpoint = Endpoint.objects.get()
    assert "the-secret" not in endpoint.url + endpoint.secret
    assert unsealed(endpoint.secret) == GIVEN[channel]
    assert "the-secret" not in str([event.facts for event in Event.objects.all()])
    assert "the-secret" not in endpoint_names([made.endpoint.public_id])[made.endpoint.public_id].label
    pages = {who: sign_in(client, who).get(place).content.decode() for who, place in lookers.items()}
    assert not any("the-secret" in page for page in pages.values())
    assert "…9f3a" in pages[owner]
    assert "9f3a" not in pages[reader] + pages[agent]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("channel", PHONES)
def test_editors_and_staff_see_a_number_readers_its_end(
    lookers: dict[Identity, str], client: Client, now: datetime, channel: Channel
) -> None:
    owner, reader, agent = lookers
    add(owner, channel, now)
    pages = {who: sign_in(client, who).get(place).content.decode() for who, place in lookers.items()}
    assert "+390612345678" in pages[owner]
    assert "+390612345678" in pages[agent]
    assert "+390612345678" not in pages[reader]
    assert "…678" in pages[reader]


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    "number",
    ["", "0612345678", "06 1234 5678", "+39", "+999 123", "+390612345678;ext=1", "tel:x", "+1 (555) 0", "12"],
)
def test_what_is_no_phone_number_with_its_country_is_refused(owner: Identity, now: datetime, number: str) -> None:
    assert problems(owner, Channel.SMS, now, number) == {("url", EndpointCode.NUMBER_UNUSABLE)}


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("number", ["+39 899 123456", "+1 900 555 1234", "+48 701 123 456"])
def test_a_number_that_pays_its_holder_is_refused(owner: Identity, now: datetime, number: str) -> None:
    for channel in (Channel.SMS, Channel.VOICE):
        assert problems(owner, channel, now, number) == {("url", EndpointCode.NUMBER_UNUSABLE)}


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("typed", ["+39 06 1234 5678", "+39-06-1234-5678", " +390612345678 ", "tel:+39-06-12345678"])
def test_a_number_is_kept_as_the_world_dials_it(owner: Identity, now: datetime, typed: str) -> None:
    assert add(owner, Channel.SMS, now, url=typed).endpoint.url == "tel:+390612345678"


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("channel", [Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT])
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.0.0.1/", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("https://[64:ff9b::a00:1]/", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("https://0x7f.1/", EndpointCode.HOST_UNUSABLE),
        ("http://93.184.215.14/", EndpointCode.NEEDS_HTTPS),
        ("xoxb-token", EndpointCode.SCHEME_NOT_ALLOWED),
    ],
)
def test_chats_are_refused_where_webhooks_are(
    owner: Identity, now: datetime, channel: Channel, url: str, code: EndpointCode
) -> None:
    assert problems(owner, channel, now, url) == {("url", code)}


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mailto://a:b@p.test", EndpointCode.SERVICE_NOT_ALLOWED),
        ("file:///etc/passwd", EndpointCode.SERVICE_NOT_ALLOWED),
        ("ntfy://10.0.0.1/alerts", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("ntfy://169.254.169.254/latest", EndpointCode.ADDRESS_NOT_ALLOWED),
        ("ntfy://", EndpointCode.SERVICE_UNUSABLE),
        ("ntfy://[", EndpointCode.SERVICE_UNUSABLE),
        ("ntfy://[::1/alerts", EndpointCode.SERVICE_UNUSABLE),
        ("ntfy://8.8.8.8/\ud800", EndpointCode.SERVICE_UNUSABLE),
    ],
)
def test_services_are_refused_where_their_calls_would_be(
    owner: Identity, now: datetime, url: str, code: EndpointCode
) -> None:
    assert problems(owner, Channel.APPRISE, now, url) == {("url", code)}


@pytest.mark.usefixtures("complete")
def test_adding_an_endpoint_calls_nobody(owner: Identity, now: datetime) -> None:
    with HttpServer() as server:
        for channel, url in ((Channel.SLACK, server.url), (Channel.APPRISE, f"ntfy://127.0.0.1:{server.port}/x")):
            add(owner, channel, now, url=url)
        assert server.connections == 0


@pytest.mark.usefixtures("complete")
def test_what_the_operator_does_not_offer_cannot_be_had(
    owner: Identity, client: Client, now: datetime, settings: LazySettings
) -> None:
    settings.SMS_GATEWAY_URL, settings.APPRISE_ALLOWED = "", ()
    for channel in (Channel.SMS, Channel.APPRISE, Channel.EMAIL):
        with pytest.raises(Invalid) as refusal:
            actions.add_endpoint(
                actor=owner, account=owner.account, person=ALIAS, name="x", url=NUMBER, channel=channel, now=now
            )
        (problem,) = refusal.value.problems
        assert (problem.field, problem.code) == ("channel", EndpointCode.CHANNEL_NOT_OFFERED)
    page = sign_in(client, owner).get(f"{CHANNELS}new/").content.decode()
    assert "channel=voice" in page
    assert "channel=sms" not in page
    assert "channel=apprise" not in page


@pytest.mark.usefixtures("complete")
def test_what_is_not_offered_any_more_is_said_and_can_be_removed(
    owner: Identity, account: Account, client: Client, now: datetime, settings: LazySettings
) -> None:
    made = add(owner, Channel.SMS, now)
    settings.SMS_GATEWAY_URL = ""
    assert people_of_field(account, ContactField.EMERGENCY)[0].endpoints == ()
    page = sign_in(client, owner).get(CHANNELS).content.decode()
    assert "Not offered any more" in page
    assert f"/endpoints/{made.endpoint.public_id}/remove/" in page


@pytest.mark.usefixtures("complete")
def test_a_removed_phone_leaves_only_the_end_of_its_number(owner: Identity, now: datetime) -> None:
    made = add(owner, Channel.SMS, now)
    actions.remove_endpoint(actor=owner, endpoint=made.endpoint, now=now)
    assert Endpoint.objects.get().url == "tel:…678"
    assert endpoint_names([made.endpoint.public_id])[made.endpoint.public_id].label == "Night shift (…678)"


@pytest.mark.usefixtures("complete")
def test_people_choose_what_an_endpoint_is_told(
    owner: Identity, reader: Identity, account: Account, client: Client, now: datetime
) -> None:
    made = add(owner, Channel.SMS, now)
    portal, place = sign_in(client, owner), f"/u/0/endpoints/{made.endpoint.public_id}/topics/"
    assert "Tell this endpoint everything?" in portal.get(place).content.decode()
    assert portal.post(place, {"only_emergencies": "0"}).status_code == 302
    assert people_of_field(account, ContactField.EMERGENCY)[0].endpoints == (Way(Channel.SMS, made.endpoint.public_id),)
    event = Event.objects.get(kind="endpoint.topics_chosen")
    assert event.changes == {"only_emergencies": [True, False]}
    assert "Tell this endpoint of emergencies alone?" in portal.get(place).content.decode()
    actions.choose_endpoint_topics(actor=owner, endpoint=made.endpoint, only_emergencies=False, now=now)
    assert Event.objects.filter(kind="endpoint.topics_chosen").count() == 1, "what is so already is no news"
    with pytest.raises(Forbidden):
        actions.choose_endpoint_topics(actor=reader, endpoint=made.endpoint, only_emergencies=True, now=now)


@pytest.mark.usefixtures("complete")
def test_only_webhooks_have_a_secret_to_renew(owner: Identity, client: Client, now: datetime) -> None:
    made = add(owner, Channel.SLACK, now)
    with pytest.raises(Conflict) as refusal:
        actions.rotate_endpoint_secret(actor=owner, endpoint=made.endpoint, now=now)
    assert refusal.value.code is EndpointCode.NOT_SIGNED
    portal = sign_in(client, owner)
    assert f"/endpoints/{made.endpoint.public_id}/secret/" not in portal.get(CHANNELS).content.decode()
    assert portal.post(f"/u/0/endpoints/{made.endpoint.public_id}/secret/").status_code == 302


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize("channel", GIVEN)
def test_each_channel_has_a_form_with_its_own_words(
    owner: Identity, client: Client, now: datetime, channel: Channel
) -> None:
    portal = sign_in(client, owner)
    page = portal.get(f"{CHANNELS}new/?channel={channel}").content.decode()
    asked = "Phone number" if channel in PHONES else "Address"
    assert asked in page
    assert ("Where do I find this address?" in page) is (channel in SEALED)
    wrong = portal.post(f"{CHANNELS}new/?channel={channel}", {"person": ALIAS, "name": "Night", "url": "nonsense"})
    assert wrong.status_code == 422
    right = {"person": ALIAS, "name": "Night", "url": GIVEN[channel]}
    assert portal.post(f"{CHANNELS}new/?channel={channel}", right).status_code == 302
    endpoint = Endpoint.objects.get()
    assert (endpoint.channel, endpoint.only_emergencies) == (channel, False), "an empty box means everything"
