"""One post serves many channels: each is woken, none waits for another's backlog, and their number is one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest
from django.conf import LazySettings
from django.db import connections, transaction

from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.http.testing import HttpServer, hang
from liaison.notifications import worker
from liaison.notifications.actions import announce
from liaison.notifications.claims import MOST_IN_FLIGHT
from liaison.notifications.endpoints import sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint, Message
from liaison.notifications.testing import about, person

NOTICE = Topic.TECHNICAL_NOTICE
CHATS = (Channel.WEBHOOK, Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the tests

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("topics")]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[HttpServer]:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.0/8",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)
    settings.HTTP_TIMEOUT_SECONDS = 3
    with HttpServer() as server:
        yield server


@pytest.fixture
def running(server: HttpServer) -> Iterator[None]:
    """A worker's posts but mail's, in threads of this process."""
    stop = threading.Event()

    def work() -> None:
        try:
            worker.deliver_forever(stop)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(30)


def make_endpoint(channel: Channel, url: str) -> Endpoint:
    return Endpoint.objects.create(
        account_id=1,
        owner_key="address:anna@p.test",
        channel=channel,
        name="Room",
        url=url,
        secret=sealed(SECRET if channel is Channel.WEBHOOK else url),
        created_at=utc_now(),
    )


def tell(endpoint: Endpoint, now: datetime) -> None:
    with transaction.atomic():
        announce((NOTICE,), about(everyone=[person("", ways=[[endpoint.channel, endpoint.public_id]])]), now=now)


def wait_until(server: HttpServer, count: int, seconds: float) -> float:
    began = monotonic()
    while len(server.taken) < count and monotonic() - began < seconds:
        sleep(0.005)
    return monotonic() - began


@pytest.mark.usefixtures("running")
def test_each_channel_is_woken_at_once(server: HttpServer) -> None:
    sleep(1)  # so that the worker listens, and rests
    for count, channel in enumerate(CHATS, start=1):
        tell(make_endpoint(channel, server.url), utc_now())
        assert wait_until(server, count, 5) < 1.0, f"{channel} was found by looking, not by its bell"


def test_hanging_endpoints_of_all_channels_together_fill_the_posts_and_no_more(server: HttpServer) -> None:
    """Invariant 1: what one crash may repeat is counted over all channels that a thread serves."""
    most = sum(post.most_in_flight for post in worker.POSTS if Channel.EMAIL not in post.channels)
    server.acts += [hang] * 40
    now = utc_now()
    for channel in CHATS:
        for _ in range(5):
            tell(make_endpoint(channel, server.url), now)
    stop = threading.Event()
    threads = [
        threading.Thread(target=worker._deliver_at, args=(post, stop, worker._Bells(post.channels)))
        for post in worker.POSTS[1:]
    ]
    for thread in threads:
        thread.start()
    highest, end = 0, monotonic() + 6
    while monotonic() < end:
        highest = max(highest, Message.objects.filter(state="handed_over").count())
        sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert highest == most == 4
    assert sum(post.most_in_flight for post in worker.POSTS) <= MOST_IN_FLIGHT


@pytest.mark.usefixtures("running")
def test_a_storm_on_one_channel_lets_another_through(server: HttpServer) -> None:
    now, storm = utc_now(), make_endpoint(Channel.WEBHOOK, server.url)
    for _ in range(150):
        tell(storm, now - timedelta(seconds=1))
    with HttpServer() as quiet:
        tell(make_endpoint(Channel.SLACK, quiet.url), utc_now())
        assert wait_until(quiet, 1, 10) < 2.0
    assert wait_until(server, 150, 30) < 30
